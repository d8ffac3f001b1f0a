// Compiles src to dist with plain tsc, copies the SQL, the markdown and the module for applications that the program
// reads at run time, and marks the command executable. Plain JavaScript, so that it runs before anything is built.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

const isRead = (path) => !path.endsWith('.ts') || path === join('src', 'pg', 'pool.ts');

// Beside and then renamed: a program that runs meanwhile finds the old build or the new one.
const fresh = `.dist-${process.pid}`;
try {
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh], { stdio: 'inherit' });
  cpSync('src', fresh, { recursive: true, filter: isRead });
  chmodSync(join(fresh, 'cli.js'), 0o755);
  rmSync('dist', { recursive: true, force: true });
  renameSync(fresh, 'dist');
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
