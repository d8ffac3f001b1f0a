import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { PitstopError } from './errors.ts';
import { FORMAT_NAMES, formatNamed } from './migration/formats/index.ts';
import { splitCommand } from './external/words.ts';
import { TUNING_FORMS } from './tuning/forms/index.ts';
import { readSize } from './tuning/hardware/size.ts';

/** A command is split here and never given to a shell. */
const words = z
  .union([z.string(), z.array(z.string()).min(1)], { error: 'must be a command or a list of its words' })
  .transform((value, context): [string, ...string[]] => {
    const split = typeof value === 'string' ? splitCommand(value) : { words: value };
    const [program = '', ...args] = 'words' in split ? split.words : [];
    if (program === '')
      context.addIssue({
        code: 'custom',
        message: 'problem' in split ? split.problem : 'the command is empty',
      });
    return [program, ...args];
  });

const milliseconds = z.number().int().positive();
const folder = z
  .string()
  .min(1)
  .refine((path) => !isAbsolute(path) && /^(?!\.{1,2}(?:\/|$))./.test(normalize(path)), {
    message: 'must be a folder inside the repository',
  })
  .refine((path) => !/(?:^|\/)(?:\.git|node_modules)(?:\/|$)/.test(normalize(path).replaceAll('\\', '/')), {
    message: 'must not be a folder of git or npm',
  });

const size = z.string().transform((text, context) => {
  const bytes = readSize(text);
  if (bytes !== null && bytes > 0) return bytes;
  context.addIssue({ code: 'custom', message: 'must be a size, such as 100 GB' });
  return z.NEVER;
});

/** They are written into files whose lines end where a line ends, and into lists with commas. */
const plainWord = z
  .string()
  .regex(/^[^\s,;\p{C}]+$/u, { message: 'must have no spaces, commas or semicolons' });
const certificatePath = z.string().refine((path) => isAbsolute(path) && !/[\p{C}\p{Z}]/u.test(path), {
  message: 'must be an absolute path without spaces',
});

const rounds = z.number().int().min(1).max(1_000);
const mark = z.number().nullable();

const keys = z.strictObject({
  databaseUrl: z
    .string()
    .optional()
    .describe('Target, unless --database-url or DATABASE_URL says otherwise.'),
  readDatabaseUrl: z
    .string()
    .optional()
    .describe('URL of a role without write privileges, for reading and measuring'),
  environment: z
    .enum(['development', 'test', 'staging', 'production'])
    .optional()
    .describe('Declares the target’s environment; the command line can only raise it.'),
  lab: z
    .string()
    .optional()
    .describe('Where changes are tried: transaction, a URL, embedded, clone or container.'),
  migrations: folder.optional().describe('Folder of the migration files.'),
  migrationFormat: z.enum(FORMAT_NAMES).default('plain').describe('Whose migration files are written.'),
  applyWith: z
    .enum(['pitstop', 'tool'])
    .optional()
    .describe('Who applies them: pitstop, or the tool whose files they are.'),
  evidence: folder.default('docs/performance').describe('Folder of the evidence files.'),
  outputs: folder
    .default('src/database')
    .describe('Folder of the server configurations, pool modules and alert rules that are written.'),
  settingsForms: z
    .array(z.enum(TUNING_FORMS.map(({ name }) => name)))
    .min(1)
    .default(['conf', 'typescript'])
    .describe('Forms in which the settings of a server are written.'),
  sources: z
    .array(folder)
    .default(['src/database', 'src/services'])
    .describe('Folders whose files may get a proven rewrite in place of the statement that they hold.'),
  logs: z
    .array(z.string().min(1))
    .default([])
    .describe('Logs of the server, or folders of them, whose calls parameters are taken from.'),
  measure: z
    .strictObject({
      thresholdPercent: z
        .number()
        .positive()
        .max(90)
        .default(10)
        .describe('Time saved that counts as a gain.'),
      budgetMs: milliseconds.default(8_000).describe('Time for the pairs of one trial.'),
      cutoffMs: milliseconds.default(60_000).describe('A statement is stopped there.'),
      production: z
        .boolean()
        .default(false)
        .describe('Whether statements may be executed on production to measure them.'),
    })
    .prefault({}),
  tests: z
    .preprocess(
      (value) => (typeof value === 'string' || Array.isArray(value) ? { command: value } : value),
      z.strictObject({ command: words, timeoutMs: milliseconds.max(86_400_000).default(600_000) }).optional(),
    )
    .describe('The command that runs the project’s own tests.'),
  trial: z
    .strictObject({
      maxTableBytes: z
        .number()
        .int()
        .positive()
        .default(2 * 1024 ** 3)
        .describe('Largest table to build an index on inside a transaction.'),
      budgetMs: milliseconds
        .default(20_000)
        .describe('Time for the trials of one item; the one that is running then is finished.'),
      patienceMs: milliseconds.default(20_000).describe('How long to wait for locks and old snapshots.'),
      maxCandidates: z
        .number()
        .int()
        .positive()
        .max(20)
        .default(5)
        .describe('Index candidates to try for an item.'),
    })
    .prefault({}),
  monitor: z
    .strictObject({
      thresholds: z
        .record(
          z.string(),
          z.strictObject({
            warning: mark.optional(),
            critical: mark.optional(),
            raiseAfter: rounds.optional(),
          }),
        )
        .default({})
        .describe('Marks of a check instead of its own, by its name; null is never reached.'),
      disable: z.array(z.string()).default([]).describe('Checks that are not asked.'),
      disk: size
        .optional()
        .describe('Size of the disk that the server has, as "100 GB": for a server on another machine.'),
      raiseAfter: rounds.optional().describe('Breaches in a row that raise an alert.'),
      clearAfter: rounds.optional().describe('Good rounds in a row that clear it.'),
    })
    .prefault({}),
  pgbouncer: z
    .strictObject({
      processes: z
        .number()
        .int()
        .min(1)
        .max(16)
        .optional()
        .describe('Processes of PgBouncer; by load, clients and cores where it is left out.'),
      listenAddress: z
        .string()
        .regex(/^(?:\*|[\w.:-]+)(?:,(?:\*|[\w.:-]+))*$/, {
          message: 'must be addresses with commas in between, or *',
        })
        .default('127.0.0.1')
        .describe('Where PgBouncer listens.'),
      certificate: z
        .strictObject({ certFile: certificatePath, keyFile: certificatePath })
        .optional()
        .describe('Paths on PgBouncer’s machine; clients then have to use TLS.'),
      statsRole: plainWord.optional().describe('Role that may see PgBouncer’s statistics.'),
    })
    .prefault({}),
  approvals: z
    .strictObject({
      allowedSigners: z
        .string()
        .refine(isAbsolute, { message: 'must be an absolute path' })
        .default('/etc/pitstop/allowed_signers')
        .describe(
          'List of the people who may approve; the user that runs pitstop must not be able to change it.',
        ),
    })
    .prefault({}),
});

/** `pitstop.config.json`, `.yaml` or `.ts`; every key is optional. What is left out depends on the format's tool. */
export const configSchema = keys
  .refine(
    ({ applyWith, migrationFormat }) => applyWith !== 'tool' || formatNamed(migrationFormat).tool !== null,
    {
      path: ['applyWith'],
      message: 'plain migrations have no tool that could apply them',
    },
  )
  .transform(({ migrations, applyWith, ...config }) => {
    const { folder: usual, tool } = formatNamed(config.migrationFormat);
    return {
      ...config,
      migrations: migrations ?? usual,
      applyWith: applyWith ?? (tool === null ? ('pitstop' as const) : ('tool' as const)),
    };
  });

export type Config = z.output<typeof configSchema>;

const NAMES = ['pitstop.config.json', 'pitstop.config.yaml', 'pitstop.config.yml', 'pitstop.config.ts'];

/** Reads the configuration named, or the one in the repository's root, or the defaults. All problems at once. */
export async function readConfig(root: string, named: string | null): Promise<Config> {
  const path = named ?? (await firstExisting(root));
  if (path === null) return configSchema.parse({});
  const parsed = configSchema.safeParse(await load(path));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
  );
  throw new PitstopError('config-invalid', `${path}: ${problems.join('; ')}`, {
    file: path,
    hint: 'docs/formats.md lists the keys of the configuration file.',
  });
}

async function firstExisting(root: string): Promise<string | null> {
  for (const name of NAMES) {
    const path = join(root, name);
    if ((await readIfThere(path)) !== null) return path;
  }
  return null;
}

async function load(path: string): Promise<unknown> {
  const text = await readIfThere(path);
  if (text === null) {
    throw new PitstopError('config-invalid', `${path} does not exist`, {
      file: path,
      hint: 'Check --config.',
    });
  }
  try {
    if (path.endsWith('.json')) return JSON.parse(text);
    if (/\.ya?ml$/.test(path)) return (await import('yaml')).parse(text) ?? {};
    const { createJiti } = await import('jiti');
    return await createJiti(pathToFileURL(path).href).import(path, { default: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PitstopError('config-invalid', `${path} cannot be read: ${message}`, { file: path, cause });
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const message = error instanceof Error ? error.message : String(error);
    throw new PitstopError('config-invalid', `${path} cannot be read: ${message}`, {
      file: path,
      cause: error,
    });
  }
}
