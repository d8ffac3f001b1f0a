import type { FileChange } from '../change.ts';
import { formatSetting } from './format-setting.ts';
import { confValue } from './forms/conf.ts';
import { majorOf, type TuningServer } from './server.ts';

/** Something without which a server does not tell what it does. */
export interface MissingVisibility {
  readonly name: string;
  readonly message: string;
  /** Whether it is an extension that the database has to create. */
  readonly extension: boolean;
  /** Settings that bring it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether its library has to be loaded when the server starts. */
  readonly library: string | null;
}

const STATEMENTS = 'pg_stat_statements';
const PRELOAD = 'shared_preload_libraries';

/**
 * What is missing, in the order of what tells most. What somebody has set already stays.
 * @param installed extensions of this database
 */
export function missingFor(server: TuningServer, installed: ReadonlySet<string>): MissingVisibility[] {
  const loaded = librariesOf(server);
  const hasContrib = server.libraries?.includes(STATEMENTS) === true;
  const found: MissingVisibility[] = [];
  if (hasContrib && (!installed.has(STATEMENTS) || !loaded.includes(STATEMENTS)))
    found.push({
      name: STATEMENTS,
      message: `nothing counts what statements cost: ${STATEMENTS} is not ${loaded.includes(STATEMENTS) ? 'created in this database' : 'loaded'}`,
      extension: !installed.has(STATEMENTS),
      settings: {},
      library: STATEMENTS,
    });
  // Of the same package; only a start tells for certain whether it is there. Sessions may load it, too.
  if (hasContrib && ![...loaded, ...namesIn(server, 'session_preload_libraries')].includes('auto_explain'))
    found.push({
      name: 'auto_explain',
      message: 'the plan of a statement that was slow is not kept: auto_explain is not loaded',
      extension: false,
      settings: {
        'auto_explain.log_min_duration': '1s',
        // Timing each node of each statement is what makes it expensive.
        'auto_explain.log_analyze': 'off',
        'auto_explain.log_format': 'json',
      },
      library: 'auto_explain',
    });
  return [...found, ...SWITCHES.filter((one) => isOff(server, one))];
}

const SWITCHES: readonly MissingVisibility[] = [
  switchOn('track_io_timing', 'on', 'how long reads take is not counted: track_io_timing is off'),
  switchOn('log_lock_waits', 'on', 'who waited for whom is not logged: log_lock_waits is off'),
  switchOn('log_min_duration_statement', '1s', 'slow statements leave no trace in the log'),
  switchOn('log_temp_files', '10MB', 'what spills to disk leaves no trace in the log'),
];

function switchOn(name: string, value: string, message: string): MissingVisibility {
  return { name, message, extension: false, settings: { [name]: value }, library: null };
}

/** Whether nobody has said anything: what somebody has chosen, `off` included, stays. */
function isOff({ settings }: TuningServer, { name }: MissingVisibility): boolean {
  const facts = settings.get(name);
  return facts !== undefined && facts.source === 'default' && ['off', '-1'].includes(facts.value);
}

function librariesOf(server: TuningServer): string[] {
  return namesIn(server, PRELOAD);
}

function namesIn({ settings }: TuningServer, setting: string): string[] {
  const text = settings.get(setting)?.value ?? '';
  return text
    .split(',')
    .map((name) => name.trim().replaceAll('"', ''))
    .filter((name) => name !== '');
}

/** What has to be set, as files, with what is left to do; null where no setting is missing. */
export function visibilityFragment(
  missing: readonly MissingVisibility[],
  server: TuningServer,
): {
  readonly settings: Readonly<Record<string, string>>;
  readonly files: readonly FileChange[];
  readonly remains: string;
} | null {
  const loaded = librariesOf(server);
  const libraries = missing.flatMap(({ library }) => library ?? []).filter((name) => !loaded.includes(name));
  const settings: Record<string, string> = {
    ...(libraries.length === 0 ? {} : { [PRELOAD]: [...loaded, ...libraries].join(', ') }),
    ...Object.assign({}, ...missing.map((one) => one.settings)),
  };
  const names = Object.keys(settings);
  if (names.length === 0) return null;
  const why = new Map(
    missing.flatMap(({ message, settings: own }) => Object.keys(own).map((name) => [name, message])),
  );
  return {
    settings,
    files: [
      {
        name: 'monitoring/postgresql.conf',
        text: [
          `# PostgreSQL ${majorOf(server)}: what makes visible what it does\n`,
          ORDER,
          ...names.map((name) =>
            line(why.get(name) ?? 'libraries that count and log', name, settings[name] ?? ''),
          ),
        ].join('\n'),
        role: 'main',
      },
      {
        name: 'monitoring/postgresql.conf.reverse',
        text: [
          `# PostgreSQL ${majorOf(server)}: as it was\n`,
          ...names.flatMap((name) => oldLine(name, server)),
        ].join('\n'),
        role: 'reverse',
      },
    ],
    remains:
      libraries.length === 0
        ? 'the server is to be given it, with a reload'
        : `the server is to be given it, with a restart for ${PRELOAD} (${libraries.join(', ')})`,
  };
}

/** Both may name libraries, these beside those of the other. */
const ORDER =
  '# To be included after the postgresql.conf of a configuration: the last line for a setting counts.\n';

function line(why: string, name: string, value: string): string {
  return `# ${why}\n${name} = ${confValue(value)}\n`;
}

/** A setting of a library that was not loaded had no value before. */
function oldLine(name: string, { settings }: TuningServer): string[] {
  const facts = settings.get(name);
  return facts === undefined ? [] : [line('as it was', name, formatSetting(facts.value, facts))];
}
