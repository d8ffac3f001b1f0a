import { csv } from './formats/csv.ts';
import { json } from './formats/json.ts';
import { stderr } from './formats/stderr.ts';

/** What the server reported at the level LOG. */
export interface LogRecord {
  readonly message: string;
  /** Empty where there is none. */
  readonly detail: string;
  /** The application's name, or what holds it where the log has it; empty where it has not. */
  readonly application: string;
}

/** One way in which PostgreSQL writes its log (`log_destination`). */
export interface LogFormat {
  /** Whether a line may begin a record of it. */
  readonly begins: (line: string) => boolean;
  /** Whether a line changes it that what follows is quoted: no line begins a record there. */
  readonly togglesQuote: (line: string) => boolean;
  /** Reads the lines of one record; null for one of another level, and for what is cut off. */
  readonly read: (lines: readonly string[]) => LogRecord | null;
}

/** The most telling first: every line of the others may look like one of the last. */
const FORMATS: readonly LogFormat[] = [json, csv, stderr];

/** A record that is longer is passed over: no statement that a person reads is. */
const MOST_CHARACTERS = 1_000_000;

/** Puts the lines of a log together, which may begin in the middle of a record. Its first record tells its format. */
export function createRecordReader(): {
  /** Takes the next line; the record that it has ended, if that is one. */
  push(line: string): LogRecord | null;
  end(): LogRecord | null;
} {
  let format: LogFormat | null = null;
  let lines: string[] = [];
  let characters = 0;
  let isQuoted = false;
  const finish = (): LogRecord | null => {
    const record = format === null || lines.length === 0 || isQuoted ? null : format.read(lines);
    [lines, characters, isQuoted] = [[], 0, false];
    return record;
  };
  return {
    push(line) {
      format ??= FORMATS.find(({ begins }) => begins(line)) ?? null;
      if (format === null) return null;
      const isNew = !isQuoted && format.begins(line);
      const finished = isNew ? finish() : null;
      if (!isNew && lines.length === 0) return finished;
      lines.push(line);
      characters += line.length;
      if (format.togglesQuote(line)) isQuoted = !isQuoted;
      if (characters > MOST_CHARACTERS) [lines, characters, isQuoted] = [[], 0, false];
      return finished;
    },
    end: finish,
  };
}
