import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { configSchema, readConfig } from './config.ts';
import { PitstopError } from './errors.ts';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-config-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const DEFAULTS = configSchema.parse({});

async function failure(files: Readonly<Record<string, string>>, named: string | null = null) {
  const folder = await folderWith(files);
  const error: unknown = await readConfig(folder, named === null ? null : join(folder, named)).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof PitstopError) || error.code !== 'config-invalid')
    throw new Error('it was read', { cause: error });
  return error;
}

describe('where it comes from', () => {
  test('nowhere: the defaults', async () => {
    expect(await readConfig(await folderWith({}), null)).toEqual(DEFAULTS);
    expect(DEFAULTS).toMatchObject({
      migrations: 'migrations',
      evidence: 'docs/performance',
      measure: { thresholdPercent: 10, budgetMs: 8_000, cutoffMs: 60_000, production: false },
      trial: { maxCandidates: 5 },
    });
  });

  test.each([
    ['pitstop.config.json', '{"environment":"test","measure":{"thresholdPercent":20}}'],
    ['pitstop.config.yaml', 'environment: test\nmeasure:\n  thresholdPercent: 20\n'],
    ['pitstop.config.yml', '# ours\nenvironment: test\nmeasure: { thresholdPercent: 20 }\n'],
    [
      'pitstop.config.ts',
      "const percent: number = 20;\nexport default { environment: 'test', measure: { thresholdPercent: percent } };\n",
    ],
  ])('%s; what it leaves out keeps its default', async (name, text) => {
    const expected = {
      ...DEFAULTS,
      environment: 'test',
      measure: { ...DEFAULTS.measure, thresholdPercent: 20 },
    };
    expect(await readConfig(await folderWith({ [name]: text }), null)).toEqual(expected);
  });

  test('an empty YAML file is a configuration without keys', async () => {
    expect(await readConfig(await folderWith({ 'pitstop.config.yaml': '# nothing yet\n' }), null)).toEqual(
      DEFAULTS,
    );
  });

  test('the one that is named wins over the one in the root', async () => {
    const folder = await folderWith({
      'pitstop.config.json': '{"migrations":"a"}',
      'other.yaml': 'migrations: b',
    });
    expect((await readConfig(folder, null)).migrations).toBe('a');
    expect((await readConfig(folder, join(folder, 'other.yaml'))).migrations).toBe('b');
  });
});

describe('what is wrong', () => {
  test('is said all at once, by key', async () => {
    const { message } = await failure({
      'pitstop.config.json': JSON.stringify({
        enviroment: 'test',
        environment: 'prod',
        migrations: '../elsewhere',
        measure: { thresholdPercent: 0, budgetMs: '8s' },
        trial: { maxCandidates: 100, patience: 1 },
        pgbouncer: {
          processes: 0,
          listenAddress: '0.0.0.0\nauth_type = any',
          certificate: { certFile: 'pool.crt' },
          statsRole: 'watcher, app',
        },
      }),
    });
    for (const key of [
      'the file: Unrecognized key: "enviroment"',
      'environment: ',
      'migrations: must be a folder inside the repository',
      'measure.thresholdPercent: ',
      'measure.budgetMs: ',
      'trial.maxCandidates: ',
      'trial: Unrecognized key: "patience"',
      'pgbouncer.processes: ',
      'pgbouncer.listenAddress: must be addresses',
      'pgbouncer.certificate.certFile: must be an absolute path',
      'pgbouncer.certificate.keyFile: ',
      'pgbouncer.statsRole: must have no spaces, commas',
    ])
      expect(message).toContain(key);
  });

  test('names the file and what helps', async () => {
    const error = await failure({ 'pitstop.config.json': '{"x":1}' });
    expect(error.file).toMatch(/pitstop\.config\.json$/);
    expect(error.hint).toContain('docs/formats.md');
  });

  test.each(['[]', 'null', '"text"', '7'])('%s is no configuration', async (text) => {
    const { message } = await failure({ 'pitstop.config.json': text });
    expect(message).toContain('the file: ');
  });

  test.each([
    ['pitstop.config.json', '{"a":'],
    ['pitstop.config.yaml', 'a: [b'],
    ['pitstop.config.ts', 'export default {'],
    ['pitstop.config.ts', "throw new Error('no')"],
  ])('%s that cannot be read: %s', async (name, text) => {
    const error = await failure({ [name]: text });
    expect(error.message).toContain('cannot be read');
    expect(error.cause).toBeInstanceOf(Error);
  });

  test('a named file that is not there is no reason to use another', async () => {
    const error = await failure({ 'pitstop.config.json': '{}' }, 'missing.json');
    expect(error.message).toContain('missing.json does not exist');
  });
});

describe('folders', () => {
  test.each(['migrations', 'db/migrations', './db', 'db/../migrations', 'a..b', '.hidden'])(
    '%s',
    (folder) => {
      expect(configSchema.parse({ migrations: folder, evidence: folder }).evidence).toBe(folder);
    },
  );

  test.each(['..', '../db', 'db/../../x', '/tmp', '/', '.', '', 'db/..'])(
    '%j is outside of the repository, or all of it',
    (folder) => {
      expect(configSchema.safeParse({ migrations: folder }).success).toBe(false);
      expect(configSchema.safeParse({ evidence: folder }).success).toBe(false);
    },
  );
});

describe('C4: migration formats', () => {
  test.each([
    [{}, 'migrations', 'pitstop'],
    [{ migrationFormat: 'dbmate' }, 'db/migrations', 'tool'],
    [{ migrationFormat: 'prisma', applyWith: 'pitstop' }, 'prisma/migrations', 'pitstop'],
    [{ migrationFormat: 'flyway', migrations: 'db/changes' }, 'db/changes', 'tool'],
  ])('%j', (keys, migrations, applyWith) => {
    expect(configSchema.parse(keys)).toMatchObject({ migrations, applyWith });
  });

  test('an unknown format and plain files without a tool are named', async () => {
    const unknown = await failure({ 'pitstop.config.json': '{"migrationFormat":"liquibase"}' });
    expect(unknown.message).toContain('migrationFormat');
    expect(unknown.message).toContain('graphile-migrate');
    const nobody = await failure({ 'pitstop.config.json': '{"applyWith":"tool"}' });
    expect(nobody.message).toContain('applyWith: plain migrations have no tool');
  });
});

describe('tests', () => {
  const tests = (value: unknown) => configSchema.parse({ tests: value }).tests;

  test.each([
    ['npm test', { command: ['npm', 'test'], timeoutMs: 600_000 }],
    [['npx', 'vitest', 'a b | c'], { command: ['npx', 'vitest', 'a b | c'], timeoutMs: 600_000 }],
    [
      { command: 'pytest -k "not slow"', timeoutMs: 5_000 },
      { command: ['pytest', '-k', 'not slow'], timeoutMs: 5_000 },
    ],
    [{ command: ['make', 'test'] }, { command: ['make', 'test'], timeoutMs: 600_000 }],
    [undefined, undefined],
  ])('%j', (value, expected) => {
    expect(tests(value)).toEqual(expected);
  });

  test.each([
    ['npm test && npm run e2e', /tests\.command: & needs a shell: .*array/],
    [{ command: 'npm test | tee x' }, /tests\.command: \| needs a shell/],
    ['', /the command is empty/],
    [[''], /the command is empty/],
    [[], /tests\.command/],
    [5, /tests/],
    [{ timeoutMs: 5 }, /tests\.command: must be a command/],
    [{ command: 'x', timeoutMs: 1e12 }, /tests\.timeoutMs/],
    [{ command: 'x', shell: true }, /shell/],
  ])('not %j', async (value, message) => {
    expect((await failure({ 'pitstop.config.json': JSON.stringify({ tests: value }) })).message).toMatch(
      message,
    );
  });
});
