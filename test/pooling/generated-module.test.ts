import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readPoolSource } from '../../src/pg/pool-source.ts';
import { appPoolSettings, poolModule } from '../../src/pooling/app-pool.ts';
import { sizePool } from '../../src/pooling/sizing.ts';
import { serverUrl } from '../support/database.ts';
import { sizingFacts } from '../support/pool-sizing.ts';

const require = createRequire(import.meta.url);
const modules = dirname(dirname(require.resolve('pg/package.json')));
const tsc = join(modules, 'typescript', 'bin', 'tsc');

const sizing = sizePool(sizingFacts());
if (!sizing.ok) throw new Error(sizing.message);
const settings = appPoolSettings(sizing, {
  applicationName: 'shop\u2028"; process.exit(1); //',
  statementTimeoutMs: 30_000,
  throughPooler: false,
  clientsPerProcess: 50,
});
const texts = await readPoolSource();
const source = texts.module;
const generated = poolModule(texts, settings);

const PROGRAM = `
import { database } from './database/pool.js';
async function main(): Promise<void> {
  const { rows } = await database.query<{ name: string; timeout: string }>(
    "SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS timeout", [], { repeatable: true });
  const sum = await database.transaction(async (tx) => (await tx.query<{ sum: number }>('SELECT 1 + 1 AS sum')).rows[0]?.sum);
  await database.close();
  console.log(JSON.stringify({ ...rows[0], sum }));
}
void main();
`;

/** A project with `pg` and its types, and nothing else. */
async function project(type: 'module' | 'commonjs', options: Record<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-pool-module-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'src', 'database'), { recursive: true });
  await mkdir(join(folder, 'node_modules', '@types'), { recursive: true });
  for (const name of ['pg', '@types/pg', '@types/node'])
    await symlink(join(modules, name), join(folder, 'node_modules', name));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
  const compilerOptions = {
    strict: true,
    target: 'es2022',
    rootDir: 'src',
    outDir: 'out',
    skipLibCheck: true,
    ...options,
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  await writeFile(join(folder, 'src', 'database', 'pool.ts'), generated);
  await writeFile(join(folder, 'src', 'main.ts'), PROGRAM);
  return folder;
}

describe('the module for an application', () => {
  test.each<[string, 'module' | 'commonjs', Record<string, unknown>]>([
    [
      'every strictness there is',
      'module',
      {
        module: 'nodenext',
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        noImplicitOverride: true,
        noImplicitReturns: true,
        noPropertyAccessFromIndexSignature: true,
        noUnusedLocals: true,
        noUnusedParameters: true,
        verbatimModuleSyntax: true,
        erasableSyntaxOnly: true,
        isolatedModules: true,
      },
    ],
    ['CommonJS and strict alone', 'commonjs', { module: 'node16' }],
  ])('compiles and works with %s', async (_, type, options) => {
    const folder = await project(type, options);
    const compiled = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect(compiled.stdout).toBe('');
    expect(compiled.status).toBe(0);
    const said = execFileSync(process.execPath, [join(folder, 'out', 'main.js')], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], DATABASE_URL: serverUrl() },
    });
    expect(JSON.parse(said)).toEqual({ name: 'shop "; process.exit(1); //', timeout: '30s', sum: 2 });
  });

  test('is the one that pitstop runs, with other settings and a pool at its end', () => {
    const cut = (text: string) => {
      const begin = text.indexOf('export const SETTINGS');
      return [text.slice(0, begin), text.slice(text.indexOf('\n};\n', begin))] as const;
    };
    const [before, after] = cut(source);
    expect(generated.startsWith(before)).toBe(true);
    expect(cut(generated)[1].startsWith(after)).toBe(true);
  });

  test('has every setting that the source has', () => {
    const declared = /export interface PoolSettings \{([^]*?)\n\}/.exec(source)?.[1] ?? '';
    const names = [...declared.matchAll(/readonly (\w+):/g)].map(([, name]) => name);
    expect(settings.map(({ name }) => name)).toEqual(names);
  });

  test('is what the build puts beside the program', async () => {
    const built = await readFile(new URL('../../dist/pg/pool.ts', import.meta.url), 'utf8');
    expect(built).toBe(source);
  });

  test('leaves timeouts to a pooler that would refuse them', () => {
    const pooled = appPoolSettings(sizing, {
      applicationName: 'shop',
      statementTimeoutMs: 30_000,
      throughPooler: true,
      clientsPerProcess: 50,
    });
    expect(pooled.find(({ name }) => name === 'max')).toMatchObject({ value: '50' });
    const timeouts = pooled.filter(({ name }) => /^(?:statement|lock|idleInTransaction)Timeout/.test(name));
    expect(timeouts.map(({ value }) => value)).toEqual(['null', 'null', 'null']);
  });
});
