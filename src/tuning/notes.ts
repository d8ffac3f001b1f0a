import { formatBytes } from '../report/format.ts';
import { MOST_OF_VOLUME } from './groups/wal.ts';
import { SERVICE_SIGNS } from './hardware/service-signs.ts';
import { SERVICES } from './managed.ts';
import { dynamicSharedBytes } from './memory.ts';
import type { TuningPlan } from './plan.ts';
import { POSTGRESQL_18 } from './postgresql-18.ts';
import type { Situation } from './rule.ts';
import { majorOf } from './server.ts';
import type { SettingAdvice } from './setting.ts';
import { isOlder, triedElsewhere } from './versions.ts';
import { GB, MB } from './units.ts';

/** Something a reader should know of a setting, or of the whole where `about` is null. */
export interface TuningNote {
  readonly about: string | null;
  readonly text: string;
}

/** What values alone do not say: what else has to be done, and what was not known. */
export function notesOf(
  { situation }: TuningPlan,
  settings: readonly SettingAdvice[],
): readonly TuningNote[] {
  return [
    ...NOTES.map((note) => note(situation, settings)).filter((note) => note !== null),
    ...settings.flatMap((advice) => notesOfOne(situation, advice)),
  ];
}

type Note = (situation: Situation, settings: readonly SettingAdvice[]) => TuningNote | null;

const NOTES: readonly Note[] = [
  builds,
  service,
  tried,
  olderVersion,
  sessions,
  connectedNow,
  hugePages,
  fullVolume,
  waiting,
  standbys,
  sharedMemoryOfContainer,
];

function builds({ server }: Situation): TuningNote | null {
  if (!server.offline) return null;
  const text =
    'no server was asked: values are those that every build of PostgreSQL 18 starts with. How yours was built (lz4, zstd, io_uring, JIT) and what is configured already was not known';
  return { about: null, text };
}

function service({ profile: { managed } }: Situation): TuningNote | null {
  if (managed === null) return null;
  const { title } = SERVICE_SIGNS[managed];
  const { by } = SERVICES[managed];
  return {
    about: null,
    text: `${title} refuses ALTER SYSTEM and has no files to edit: settings are made by ${by}`,
  };
}

function tried({ server }: Situation, settings: readonly SettingAdvice[]): TuningNote | null {
  const text = settings.length === 0 ? null : triedElsewhere(server);
  return text === null ? null : { about: null, text };
}

function olderVersion({ server }: Situation): TuningNote | null {
  const names = WATCHED.filter((name) => !server.settings.has(name) && POSTGRESQL_18.settings.has(name));
  if (names.length === 0) return null;
  const text =
    server.hidesSettings && !isOlder(server)
      ? `${names.join(', ')} may not be seen by this role`
      : `PostgreSQL ${majorOf(server)} does not have ${names.join(', ')}: nothing is proposed in their place`;
  return { about: null, text };
}

/** Settings of rules that came with 15 to 18, or that not everybody may see. */
const WATCHED = [
  'reserved_connections',
  'vacuum_buffer_usage_limit',
  'io_combine_limit',
  'io_max_combine_limit',
  'io_workers',
  'autovacuum_vacuum_max_threshold',
  'shared_preload_libraries',
];

/** Where memory is the limit, fewer sessions are worth more `work_mem`. */
function sessions(situation: Situation): TuningNote | null {
  if (!situation.mayChange('work_mem')) return null;
  const fit = situation.fit();
  const memory = formatBytes(situation.profile.memoryBytes);
  if (!fit.fits)
    return {
      about: 'max_connections',
      text: `${fit.sessions} sessions do not fit into ${memory}, whatever work_mem is`,
    };
  if (fit.sessions < fit.wanted) {
    const text = `${fit.wanted} clients need a pooler such as PgBouncer in transaction mode: no more than ${fit.sessions} sessions fit into ${memory}`;
    return { about: 'max_connections', text };
  }
  if (fit.workMemBytes > 0.75 * fit.formulaWorkMemBytes) return null;
  const text = `held down by ${fit.sessions} sessions, of which ${fit.active} are expected to be active; with a pooler such as PgBouncer in front and fewer sessions it could be up to ${formatBytes(fit.formulaWorkMemBytes)}`;
  return { about: 'work_mem', text };
}

/** Who is connected and finds no place after the restart is refused: by then something has to stand in front. */
function connectedNow(situation: Situation, settings: readonly SettingAdvice[]): TuningNote | null {
  const { connected } = situation.server;
  if (connected === null || !settings.some(({ name }) => name === 'max_connections')) return null;
  const most = situation.number('max_connections', 0);
  const kept =
    situation.number('superuser_reserved_connections', 0) + situation.number('reserved_connections', 0);
  if (connected <= most - kept) return null;
  const text = `${connected} clients are connected now, and ${most} lets in ${most - kept} besides the ${kept} reserved: a pooler such as PgBouncer in transaction mode has to be in front of the server before this is applied (an item of the kind pool sizes and writes one), or clients are refused after the restart`;
  return { about: 'max_connections', text };
}

function hugePages(situation: Situation): TuningNote | null {
  const { os, container, managed } = situation.profile;
  const buffers = situation.number('shared_buffers', 0);
  if (os !== 'linux' || container || managed !== null || buffers < 2 * GB) return null;
  const about = `about ${Math.ceil((1.03 * buffers) / (2 * MB))}`;
  // The setting that says how many came with 15.
  const count =
    majorOf(situation.server) < 15
      ? `vm.nr_hugepages has to be ${about}`
      : `vm.nr_hugepages as \`postgres -C shared_memory_size_in_huge_pages\` says with these settings, ${about}`;
  return {
    about: 'huge_pages',
    text: `huge_pages = try uses huge pages where they are reserved: ${count}`,
  };
}

/** The rule goes below no default, whatever is free. */
function fullVolume(situation: Situation): TuningNote | null {
  const { freeBytes, managed } = situation.profile;
  const most = situation.number('max_wal_size', GB);
  if (freeBytes === null || managed !== null || most <= MOST_OF_VOLUME * freeBytes) return null;
  const text = `max_wal_size = ${formatBytes(most)} is much of the ${formatBytes(freeBytes)} that are free on the log’s volume; the server stops where that is full`;
  return { about: 'max_wal_size', text };
}

/** The restart that these settings need makes others count as well, which were not reckoned with. */
function waiting({ server }: Situation, settings: readonly SettingAdvice[]): TuningNote | null {
  const advised = new Set(settings.map(({ name }) => name));
  const names = [...server.settings.values()]
    .filter(({ name, pendingRestart }) => pendingRestart && !advised.has(name))
    .map(({ name }) => name);
  if (names.length === 0) return null;
  const text = `a change of ${names.join(', ')} waits for a restart already: the next one makes it count, and the memory here is reckoned with what is in force; restart first, then ask again`;
  return { about: names[0] ?? null, text };
}

/** A standby with less than its primary does not start, or stops. */
const AT_LEAST_ON_STANDBYS = ['max_connections', 'max_worker_processes', 'max_locks_per_transaction'];

function standbys({ server }: Situation, settings: readonly SettingAdvice[]): TuningNote | null {
  const names = settings.map(({ name }) => name).filter((name) => AT_LEAST_ON_STANDBYS.includes(name));
  if (names.length === 0 || (!server.offline && server.standbys === 0)) return null;
  const text = `a standby must not have less of ${names.join(', ')}: raise it on standbys first, lower it on the primary first`;
  return { about: names[0] ?? null, text };
}

function sharedMemoryOfContainer(situation: Situation): TuningNote | null {
  if (!situation.profile.container) return null;
  const text = `parallel hash joins need /dev/shm: give the container at least ${formatBytes(dynamicSharedBytes(situation))} (Docker: --shm-size; its default is 64 MB)`;
  return { about: 'max_parallel_workers', text };
}

/** Where a value comes from decides whether a file can change it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'command line':
    'it is given on the server’s command line, which wins over files and ALTER SYSTEM: change it there',
  'environment variable': 'it is given by an environment variable of the server: change it there',
  database:
    'it is set for this database (ALTER DATABASE), which wins: what the server itself has is not known',
  user: 'it is set for this role (ALTER ROLE), which wins: what the server itself has is not known',
  'database user':
    'it is set for this role in this database, which wins: what the server itself has is not known',
};

function notesOfOne(situation: Situation, { name }: SettingAdvice): TuningNote[] {
  const facts = situation.facts(name);
  const elsewhere = ELSEWHERE[facts?.source ?? ''];
  return [
    ...(elsewhere === undefined ? [] : [{ about: name, text: elsewhere }]),
    ...(facts?.pendingRestart === true
      ? [{ about: name, text: 'a change of it waits for a restart already: this goes by the value in force' }]
      : []),
  ];
}
