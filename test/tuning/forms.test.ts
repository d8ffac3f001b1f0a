import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { createJiti } from 'jiti';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { alterSystem } from '../../src/tuning/forms/alter-system.ts';
import { cloudnativepg } from '../../src/tuning/forms/cloudnativepg.ts';
import { compose } from '../../src/tuning/forms/compose.ts';
import { conf } from '../../src/tuning/forms/conf.ts';
import { docker } from '../../src/tuning/forms/docker.ts';
import type { TuningDocument } from '../../src/tuning/forms/form.ts';
import { refusedBy, TUNING_FORMS, tuningFormNamed } from '../../src/tuning/forms/index.ts';
import { rds } from '../../src/tuning/forms/rds.ts';
import { terraform } from '../../src/tuning/forms/terraform.ts';
import { typescript } from '../../src/tuning/forms/typescript.ts';
import type { ManagedService } from '../../src/tuning/profile.ts';
import { POSTGRESQL_18 } from '../../src/tuning/postgresql-18.ts';
import { GB } from '../../src/tuning/units.ts';
import { createConfiguredServer, type ConfiguredServer } from '../support/configured-server.ts';
import { olderSettings } from '../support/older-settings.ts';
import { SERVER } from '../support/profiles.ts';
import { documentFor } from '../support/tuned.ts';

const SHOP = documentFor({ ...SERVER, workload: 'oltp', connections: 150, memoryBytes: 4 * GB });

/** Settings that are text, with values that somebody once wrote. */
const TEXTS = ['cluster_name', 'application_name', 'log_line_prefix', 'archive_command', 'log_directory'];

/** Text that means something to shells, YAML, SQL, HCL and programs. */
const HOSTILE = [
  '\n',
  '\r\n',
  '\t',
  "it's",
  '"',
  '\\',
  '$HOME',
  '${a}',
  '%{b}',
  '*/',
  '-- ',
  '#',
  "'; DROP",
  '`id`',
  '\\n',
  ' a: b',
  '| ',
  'null',
  '007',
  'yes',
  'é',
  '🐘',
  '$$',
  '{{',
  '',
];

const texts = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);

/** A document that has the texts as values now and as values before, and says the last of them in its comments. */
const documents = fc
  .array(texts, { minLength: TEXTS.length + 1, maxLength: TEXTS.length + 1 })
  .map((values) => {
    const note = values.at(-1) ?? '';
    const settings = TEXTS.map((name, at) => ({
      name,
      value: values[at] ?? '',
      group: 'logging' as const,
      why: `why ${note}`,
      source: 'a test',
      takes: 'reload' as const,
      old: values[at] ?? '',
    }));
    const facts = TEXTS.map((name, at) => {
      const one = POSTGRESQL_18.settings.get(name)!;
      return [name, { ...one, value: values[at] ?? '', source: 'configuration file' }] as const;
    });
    const document: TuningDocument = {
      ...SHOP,
      server: { ...POSTGRESQL_18, settings: new Map([...POSTGRESQL_18.settings, ...facts]) },
      recommendation: { ...SHOP.recommendation, settings },
      measured: new Map([['cluster_name', `12\n${note}`]]),
    };
    return document;
  });

const valuesOf = ({ recommendation: { settings } }: TuningDocument) =>
  Object.fromEntries(settings.map(({ name, value }) => [name, value]));

describe('what is written is read back', () => {
  const forAll = (check: (document: TuningDocument) => void) => fc.assert(fc.property(documents, check));

  test('from Compose', () => {
    forAll((document) => {
      for (const text of [compose.write(document), compose.reverse(document)]) {
        expect(parse(text, { version: '1.1' })).toEqual(parse(text));
        const [program, ...words] = parse(text).services.postgres.command as string[];
        expect(program).toBe('postgres');
        expect(argumentsIn(words.map((word) => word.replaceAll('$$', '$')))).toEqual(valuesOf(document));
        expect(words.every((word) => !/\$(?!\$)/.test(word.replaceAll('$$', '')))).toBe(true);
      }
    });
  });

  test('from CloudNativePG', () => {
    forAll((document) => {
      for (const text of [cloudnativepg.write(document), cloudnativepg.reverse(document)])
        for (const version of ['1.1', '1.2'] as const)
          expect(parse(text, { version })).toEqual({
            spec: { postgresql: { parameters: valuesOf(document) } },
          });
    });
  });

  test('from JSON', () => {
    forAll((document) => {
      for (const text of [rds.write(document), rds.reverse(document)]) {
        const [{ Parameters: parameters }] = JSON.parse(text)['modify-db-parameter-group'];
        expect(parameters.map((one: Record<string, string>) => one['ParameterName'])).toEqual(TEXTS);
      }
    });
  });

  test('from Terraform', () => {
    forAll((document) => {
      const lines = terraform.write(document).split('\n');
      const values = lines.flatMap((line) => /^ {4}value {8}= (".*")$/.exec(line)?.[1] ?? []);
      const names = lines.flatMap((line) => /^ {4}name {9}= "(.*)"$/.exec(line)?.[1] ?? []);
      expect(names).toEqual(TEXTS);
      const read = values.map((value) => JSON.parse(value.replaceAll('$${', '${').replaceAll('%%{', '%{')));
      expect(read.map(withoutSpaces)).toEqual(Object.values(valuesOf(document)).map(withoutSpaces));
      // What is not a comment, a brace or a pair is nothing that was meant.
      expect(
        lines.filter(
          (line) => !/^ *(?:#.*|[a-z_]+ += .*|(?:resource|parameter|lifecycle).*\{|\})?$/.test(line),
        ),
      ).toEqual([]);
    });
  });

  test('from TypeScript', async () => {
    const jiti = createJiti(import.meta.url);
    const samples = fc.sample(documents, 25);
    for (const document of samples) {
      expect(jiti.evalModule(typescript.write(document), { filename: '/config.ts' })).toMatchObject({
        postgresConfig: valuesOf(document),
      });
      expect(jiti.evalModule(typescript.reverse(document), { filename: '/before.ts' })).toMatchObject({
        postgresConfigBefore: valuesOf(document),
      });
    }
  });

  test('from a shell', () => {
    for (const document of fc.sample(documents, 15)) {
      for (const script of [docker.write(document), docker.reverse(document)]) {
        const words = shellWords(script, ['-d', 'a b']);
        expect(words.slice(0, 2)).toEqual(['run', expect.stringMatching(/^--shm-size=\d+$/)]);
        expect(words.slice(2, 5)).toEqual(['-d', 'a b', 'postgres:18']);
        expect(argumentsIn(words.slice(5))).toEqual(valuesOf(document));
      }
    }
  });
});

describe('a real server reads', () => {
  let server: ConfiguredServer;
  beforeAll(async () => {
    server = await createConfiguredServer();
  });
  afterAll(() => server.remove());

  test('every value of a file and of a script, and not the way back beside it', async () => {
    const document = fc.sample(documents, 25);
    const libraries = documentFor(SERVER, {
      ...POSTGRESQL_18,
      libraries: ['pg_stat_statements'],
      offline: false,
      settings: new Map([
        ...POSTGRESQL_18.settings,
        [
          'shared_preload_libraries',
          {
            ...POSTGRESQL_18.settings.get('shared_preload_libraries')!,
            value: 'auto_explain',
            source: 'configuration file',
          },
        ],
      ]),
    });
    await server.startedWith([], async (client) => {
      const { rows: place } = await client.query<{ data: string }>(
        `SELECT current_setting('data_directory') AS data`,
      );
      const file = join(place[0]!.data, 'postgresql.conf');
      const read = async (which: string) => {
        const { rows } = await client.query<{ name: string; setting: string }>(
          `SELECT name, setting FROM pg_file_settings WHERE sourcefile LIKE $1 AND name = ANY ($2)`,
          [`%${which}`, [...TEXTS, 'shared_preload_libraries']],
        );
        return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
      };
      for (const one of document) {
        await writeFile(file, conf.write(one));
        expect(await read('/postgresql.conf')).toEqual(valuesOf(one));
        await writeFile(file, conf.reverse(one));
        expect(await read('/postgresql.conf')).toEqual(valuesOf(one));
      }
      await writeFile(file, '');
      for (const one of document.slice(0, 5)) {
        for (const statement of statementsOf(alterSystem.write(withoutLineBreaks(one))))
          await client.query(statement);
        expect(await read('auto.conf')).toEqual(valuesOf(withoutLineBreaks(one)));
        await client.query('ALTER SYSTEM RESET ALL');
      }
      for (const statement of statementsOf(alterSystem.write(libraries))) await client.query(statement);
      expect((await read('auto.conf'))['shared_preload_libraries']).toBe('auto_explain, pg_stat_statements');
      for (const statement of statementsOf(alterSystem.reverse(libraries))) await client.query(statement);
      expect(await read('auto.conf')).toEqual({ shared_preload_libraries: 'auto_explain' });

      const folder = join(place[0]!.data, 'conf.d');
      await mkdir(folder);
      await writeFile(join(folder, conf.fileName), conf.write(SHOP));
      await writeFile(join(folder, conf.reverseFileName), conf.reverse(SHOP));
      await writeFile(file, `include_dir = 'conf.d'\n`);
      const { rows: included } = await client.query<{ file: string }>(
        `SELECT DISTINCT sourcefile AS file FROM pg_file_settings WHERE sourcefile LIKE '%/conf.d/%'`,
      );
      expect(included.map((one) => basename(one.file))).toEqual([conf.fileName]);
    });
  });
});

test('the module compiles under strict', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-test-'));
  try {
    const files = [
      typescript.write(SHOP),
      typescript.reverse(SHOP),
      ...fc.sample(documents, 5).map(typescript.write),
    ];
    const paths = await Promise.all(
      files.map(async (text, at) => {
        const path = join(folder, `module-${at}.ts`);
        await writeFile(path, text);
        return path;
      }),
    );
    const tsc = join(
      dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
      'bin',
      'tsc',
    );
    const compile = () =>
      execFileSync(process.execPath, [
        tsc,
        '--ignoreConfig',
        '--strict',
        '--noEmit',
        '--isolatedModules',
        '--module',
        'nodenext',
        ...paths,
      ]);
    expect(compile).not.toThrow();
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('each form', () => {
  test.each(TUNING_FORMS)('$name has files of its own, and every setting', (form) => {
    expect(tuningFormNamed(form.name)).toBe(form);
    expect(form.reverseFileName).not.toBe(form.fileName);
    const written = form.write(SHOP);
    const barred =
      form.takenBy === 'amazon' ? ['superuser_reserved_connections', 'reserved_connections'] : [];
    for (const { name } of SHOP.recommendation.settings)
      expect(written.includes(name), name).toBe(!barred.includes(name));
    expect(form.reverse(SHOP)).not.toBe(written);
  });

  test.each(TUNING_FORMS.filter(({ name }) => name !== 'rds'))(
    '$name, which has comments, says more',
    (form) => {
      const written = form.write(SHOP);
      for (const remark of ['By rule, not measured.', 'Needs a restart.', 'Default: 128MB.'])
        expect(written).toContain(remark);
    },
  );

  test('of which all files in a folder count has its way back under another ending', () => {
    expect(terraform.reverseFileName).not.toMatch(/\.tf(?:\.json)?$/);
  });

  test('is found by its name alone', () => {
    expect(new Set(TUNING_FORMS.map(({ name }) => name)).size).toBe(TUNING_FORMS.length);
    expect(() => tuningFormNamed('ini')).toThrow(
      expect.objectContaining({ code: 'usage', candidates: expect.arrayContaining(['conf', 'rds']) }),
    );
  });

  test.each(TUNING_FORMS.filter(({ name }) => name !== 'rds'))(
    '$name says for which version it is, and that another one was tried',
    (form) => {
      const document = documentFor(SERVER, olderSettings(150_018));
      const measured = new Map([['work_mem', 'temporary files of the item’s query 41 → 0']]);
      const written = form.write({ ...document, measured });
      expect(written).toContain('PostgreSQL 15 with 16 GB of memory');
      expect(written).toContain(
        'Names, ranges and defaults are those of this server, PostgreSQL 15; what was started or measured for it ran on PostgreSQL 18.',
      );
      expect(written).toContain('Measured on PostgreSQL 18: temporary files');
      expect(form.write(documentFor(SERVER))).not.toContain('those of this server');
    },
  );

  test('says what was measured, and what was there', () => {
    const facts = POSTGRESQL_18.settings.get('work_mem')!;
    const settings = new Map([
      ...POSTGRESQL_18.settings,
      ['work_mem', { ...facts, value: '2048', source: 'configuration file' }],
    ]);
    const document = documentFor(SERVER, { ...POSTGRESQL_18, settings, offline: false });
    const measured = new Map([['work_mem', 'temporary files of the item’s query 41 → 0']]);
    expect(conf.write({ ...document, measured })).toContain(
      'set by hand to 2MB before. Needs a reload; can be tried in a session. Was 2MB. Measured: temporary files of the item’s query 41 → 0.\nwork_mem = ',
    );
    expect(conf.reverse(document)).toContain('# The value before.\nwork_mem = 2MB\n');
    expect(alterSystem.reverse(document)).toContain("ALTER SYSTEM SET work_mem = '2MB';");
    expect(alterSystem.reverse(document)).toContain('ALTER SYSTEM RESET shared_buffers;');
    expect(parse(cloudnativepg.reverse(document)).spec.postgresql.parameters).toMatchObject({
      work_mem: '2MB',
      shared_buffers: null,
    });
  });
});

test('a way back that may lose what a role hides says so', () => {
  const facts = POSTGRESQL_18.settings.get('work_mem')!;
  const settings = new Map([
    ...POSTGRESQL_18.settings,
    [facts.name, { ...facts, value: '9216', source: 'user' }],
  ]);
  const document = documentFor(SERVER, { ...POSTGRESQL_18, settings, offline: false });
  expect(alterSystem.reverse(document)).toMatch(/-- Set for the role .*\nALTER SYSTEM RESET work_mem;/);
});

describe('Amazon', () => {
  test('gets numbers in its units, and no more than twenty in a request', () => {
    const requests: { Parameters: Record<string, string>[] }[] = JSON.parse(rds.write(SHOP))[
      'modify-db-parameter-group'
    ];
    expect(requests.length).toBeGreaterThan(1);
    for (const request of requests) expect(request.Parameters.length).toBeLessThanOrEqual(20);
    expect(requests.flatMap((request) => request.Parameters)).toEqual(
      expect.arrayContaining([
        { ParameterName: 'shared_buffers', ParameterValue: String(GB / 8192), ApplyMethod: 'pending-reboot' },
        {
          ParameterName: 'maintenance_work_mem',
          ParameterValue: String(256 * 1024),
          ApplyMethod: 'immediate',
        },
        { ParameterName: 'checkpoint_timeout', ParameterValue: '900', ApplyMethod: 'immediate' },
        { ParameterName: 'log_min_duration_statement', ParameterValue: '250', ApplyMethod: 'immediate' },
        { ParameterName: 'track_io_timing', ParameterValue: '1', ApplyMethod: 'immediate' },
        { ParameterName: 'jit', ParameterValue: '0', ApplyMethod: 'immediate' },
      ]),
    );
  });

  test('gets the other kind of group for Aurora', () => {
    const aurora = documentFor({ ...SERVER, managed: 'aurora' });
    expect(JSON.parse(rds.write(aurora))['modify-db-cluster-parameter-group'][0]).toHaveProperty(
      'DBClusterParameterGroupName',
    );
    expect(terraform.write(aurora)).toContain('resource "aws_rds_cluster_parameter_group" "postgres"');
    expect(terraform.write(aurora)).toContain('"aurora-postgresql18"');
  });
});

describe('who does not take a form', () => {
  const refusing = (managed: ManagedService | null) =>
    TUNING_FORMS.filter((form) => refusedBy(managed, form) !== null).map(({ name }) => name);

  test('is a service that has means of its own', () => {
    const own = ['alter-system', 'docker', 'compose', 'cloudnativepg'];
    expect(refusing(null)).toEqual([]);
    expect(refusing('rds')).toEqual(own);
    expect(refusing('aurora')).toEqual(own);
    expect(refusing('azure')).toEqual([...own, 'rds', 'terraform']);
    expect(refusedBy('azure', rds)).toBe(
      'Azure Database for PostgreSQL does not take a parameter group of Amazon RDS or Aurora: settings are made by server parameters',
    );
  });

  test('is Amazon, of settings that it reserves, also for a server that is not there yet', () => {
    const own = documentFor({ ...SERVER, connections: 300 });
    expect(own.recommendation.settings.map(({ name }) => name)).toContain('reserved_connections');
    for (const text of [rds.write(own), rds.reverse(own), terraform.write(own), terraform.reverse(own)])
      expect(text).not.toContain('reserved_connections');
  });
});

test('CloudNativePG loads pg_stat_statements by a setting of it, other libraries by name', () => {
  const facts = POSTGRESQL_18.settings.get('shared_preload_libraries')!;
  const document = documentFor(SERVER, {
    ...POSTGRESQL_18,
    offline: false,
    libraries: ['pg_stat_statements'],
    settings: new Map([
      ...POSTGRESQL_18.settings,
      [facts.name, { ...facts, value: 'auto_explain', source: 'configuration file' }],
    ]),
  });
  const forward = parse(cloudnativepg.write(document)).spec.postgresql;
  expect(forward.shared_preload_libraries).toEqual(['auto_explain']);
  expect(forward.parameters['pg_stat_statements.max']).toBe('5000');
  expect(forward.parameters).not.toHaveProperty('shared_preload_libraries');
  const back = parse(cloudnativepg.reverse(document)).spec.postgresql;
  expect(back.parameters['pg_stat_statements.max']).toBeNull();
});

/** `-c`, `name=value` and so on, as the server reads them. */
function argumentsIn(words: readonly string[]): Record<string, string> {
  expect(words.filter((_, at) => at % 2 === 0).every((word) => word === '-c')).toBe(true);
  return Object.fromEntries(
    words
      .filter((_, at) => at % 2 === 1)
      .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
}

/** What `docker` would be called with. */
function shellWords(script: string, options: readonly string[]): readonly string[] {
  const program = `docker() { printf '%s\\0' "$@"; }\n${script}`;
  return execFileSync('/bin/sh', ['-c', program, 'sh', ...options], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

/** Statements of a script; a value with a line break is none that ALTER SYSTEM takes. */
function statementsOf(script: string): readonly string[] {
  return script.split('\n').filter((line) => line !== '' && !line.startsWith('--'));
}

function withoutLineBreaks(document: TuningDocument): TuningDocument {
  const settings = document.recommendation.settings.map((one) => ({
    ...one,
    value: one.value.replace(/[\r\n]/g, ''),
  }));
  return { ...document, recommendation: { ...document.recommendation, settings } };
}

/** Lists lose the spaces behind their commas. */
function withoutSpaces(text: string): string {
  return text.replace(/,\s+/g, ',');
}
