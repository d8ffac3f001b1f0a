import type { Actor } from '../audit/event.ts';

/** Shows lines, then asks until the answer is accepted or the person gives up. Whether it was accepted. */
export type Ask = (question: {
  readonly lines: readonly string[];
  readonly question: string;
  readonly accepts: (answer: string) => boolean;
}) => Promise<boolean>;

/** A terminal as a picture. Whatever ends the program, it is as it was before `open`. */
export interface Screen {
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly open: () => void;
  readonly close: () => void;
  /** Replaces the picture; lines that do not fit are cut off. */
  readonly draw: (lines: readonly string[]) => void;
  readonly onResize: (listener: () => void) => void;
}

/** What a command may use of the outside world; `cli.ts` makes it, nothing else touches the process. */
export interface Outside {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Standard input to its end, or its first `most` bytes and one more. */
  readonly readInput: (most: number) => Promise<Uint8Array>;
  /** The answer. */
  readonly out: (text: string) => void;
  /** Progress and remarks. */
  readonly err: (text: string) => void;
  readonly color: boolean;
  /** Asks the person at the terminal; null where there is none, or where nobody may be kept waiting. */
  readonly ask: Ask | null;
  /** The whole terminal, for what is drawn again and again; null where there is none, or nobody looks. */
  readonly screen: Screen | null;
  /** Who runs pitstop. */
  readonly actor: Actor;
  /** A new UUID. */
  readonly newId: () => string;
  readonly signal: AbortSignal;
  /** Fires when whoever read standard output has gone: the end of what only prints. */
  readonly unread: AbortSignal;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly now: () => Date;
}

/** An option as data: commander, `--help` and the documentation read the same. */
export interface OptionSpec {
  /** As commander writes it: `--lab <lab>`. */
  readonly flags: string;
  readonly description: string;
  /** May be given several times; the values become a list. */
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
}

/** The values that were given, by camel-case name. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One command of the command line. Light to load: what is heavy is imported inside `run`. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** As commander writes it: `[files...]`. */
  readonly arguments: string;
  readonly options: readonly OptionSpec[];
  /** Lines after the options in `--help`. */
  readonly notes?: string;
  /** Resolves to the exit code; throws PitstopError. */
  readonly run: (outside: Outside, args: readonly string[], options: OptionValues) => Promise<number>;
  /** Prints an error in the command's own JSON form; without it, the plain one is printed. */
  readonly tellError?: (outside: Outside, error: unknown, exitCode: number) => void;
}

export const COMMON_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--json',
    description: 'print JSON on standard output (one document, or one event a line for run)',
  },
  { flags: '--quiet', description: 'print no progress' },
  {
    flags: '--config <file>',
    description: 'configuration file (default: pitstop.config.json, .yaml or .ts in the root)',
  },
];

export const DATABASE_OPTION: OptionSpec = {
  flags: '--database-url <url>',
  description: 'the target (default: DATABASE_URL, PG*, .env, configuration)',
};

/** The target, and what is at stake on it. */
export const TARGET_OPTIONS: readonly OptionSpec[] = [
  DATABASE_OPTION,
  {
    flags: '--environment <name>',
    description: 'what kind of database the target is; can raise a declaration, never lower it',
    choices: ['development', 'test', 'staging', 'production'],
  },
];

export const LAB_OPTION: OptionSpec = {
  flags: '--lab <lab>',
  description: 'where changes are tried: transaction, the URL of a database, embedded, clone or container',
};

/** The machine that a configuration is for: what is known of it, and where to look. */
export const HARDWARE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--hardware <hardware>',
    description: 'what is known already: a YAML or JSON file, or a text such as "16 GB RAM, 8 cores, NVMe"',
  },
  {
    flags: '--workload <kind>',
    description: 'what the server is for',
    choices: ['web', 'oltp', 'dw', 'mixed', 'desktop'],
  },
  {
    flags: '--data-directory <folder>',
    description: 'on the volume of the data (default: where the server says, else the current folder)',
  },
  { flags: '--no-probe', description: 'do not read the disk to measure it' },
];
