import type { Configuration } from './configuration.ts';

/** A setting that the server does not take, in its own words. */
export interface Refusal {
  readonly name: string;
  readonly value: string;
  /** Whether this build knows no such name, or no such value of it; or whether it does not go with the rest. */
  readonly kind: 'name' | 'value' | 'conflict';
  readonly message: string;
  readonly hint: string | null;
}

interface Entry {
  readonly level: string;
  readonly message: string;
  readonly hint: string | null;
}

/** What fatal messages mean that do not name their setting. */
const MEANT: readonly (readonly [says: RegExp, names: readonly string[]])[] = [
  [/io_uring/i, ['io_method']],
  [/could not access file/, ['shared_preload_libraries']],
  [/anonymous shared memory/, ['huge_pages', 'shared_buffers', 'max_connections']],
];

/**
 * What a server that did not start has against its configuration, read from its log. It tells all unknown names at once,
 * then all bad values at once, then one at a time what does not go together (measured on 18.4); so there may be more to
 * say once these are gone. Nothing where the log does not say which setting it was.
 * @param configuration as `configurationText` has written it: syntax errors are told by line
 */
export function readRefusals(log: string, configuration: Configuration): Refusal[] {
  const entries = readEntries(log);
  const isAboutFile = entries.some(({ level, message }) => level === 'FATAL' && ABOUT_FILE.test(message));
  const telling = entries.filter(({ level, message }) =>
    isAboutFile ? level === 'LOG' : ['FATAL', 'ERROR', ''].includes(level) && !ABOUT_FILE.test(message),
  );
  const refusals = telling.flatMap((entry) =>
    namesIn(entry, configuration).map((name) => ({
      name,
      value: configuration[name] ?? '',
      kind: isAboutFile ? kindOf(entry) : ('conflict' as const),
      message: withoutFile(entry.message),
      hint: entry.hint,
    })),
  );
  return refusals.filter(({ name }, at) => refusals.findIndex((other) => other.name === name) === at);
}

/** Warnings of a server that did start: a setting that it takes and does not follow. */
export function readWarnings(log: string): string[] {
  return readEntries(log)
    .filter(({ level }) => level === 'WARNING')
    .map(({ message, hint }) => (hint === null ? message : `${message}; ${hint}`));
}

const ABOUT_FILE = /^configuration file .* contains errors/;

/** `2026-11-27 20:35:18.536 UTC [13915] LOG:  …`, or without a time what comes before the log is set up. */
const LINE = /^(?:\d{4}-\S+ \S+ \S+ \[\d+\] (?<level>[A-Z]+):\s+|postgres: )(?<message>.*)$/;
const MORE = new Set(['HINT', 'DETAIL']);

function readEntries(log: string): Entry[] {
  const entries: Entry[] = [];
  for (const line of log.split('\n')) {
    const { level = '', message = '' } = LINE.exec(line)?.groups ?? {};
    if (message === '') continue;
    const last = entries.at(-1);
    if (!MORE.has(level)) entries.push({ level, message, hint: null });
    else if (last !== undefined) entries[entries.length - 1] = { ...last, hint: message };
  }
  return entries;
}

/** The proposed settings that a message names, those that it means, or the one in the line that it complains of. */
function namesIn({ message }: Entry, configuration: Configuration): string[] {
  const proposed = Object.keys(configuration);
  const [, line] = /^syntax error in file ".*" line (\d+)/.exec(message) ?? [];
  if (line !== undefined) return proposed.slice(Number(line) - 1, Number(line));
  // A value at the end is quoted as well, and may look like a name.
  const about = withoutFile(message).replace(/: ".*"$/, '');
  const quoted = [...about.matchAll(/"([^"]*)"/g)].map(([, text]) => text?.toLowerCase());
  const named = proposed.filter((name) => quoted.includes(name.toLowerCase()));
  if (named.length > 0) return named;
  const meant = MEANT.find(([says]) => says.test(message))?.[1] ?? [];
  return meant.filter((name) => configuration[name] !== undefined).slice(0, 1);
}

function kindOf({ message }: Entry): Refusal['kind'] {
  return /^(?:unrecognized|syntax error)/.test(message) ? 'name' : 'value';
}

/** Where the file lies is of no use: it is gone by the time that anybody reads this. */
function withoutFile(message: string): string {
  return message.replace(/ in file "[^"]*" line \d+/, '');
}
