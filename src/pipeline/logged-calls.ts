import { findNewestFiles, linesFrom } from '../files/newest-files.ts';
import { callOf, type LoggedCall } from '../server-log/call.ts';
import { createRecordReader, type LogRecord } from '../server-log/record.ts';
import { createCallKeeper } from '../server-log/slowest.ts';
import { beginsAsStatement } from '../source/plausible.ts';
import type { RunContext } from './context.ts';

/** What the server's logs have of the statements that were executed. */
export interface LoggedCalls {
  /** Slowest first, equal ones once. */
  readonly calls: readonly LoggedCall[];
  /** Logs that cannot be read, in words. */
  readonly unreadable: readonly string[];
}

/** As much of all logs is read, the newest first and of the oldest of these its end: a day of a busy server has more. */
const MOST_BYTES = 64 * 1024 ** 2;
/** What is longer is no statement that anybody measures. */
const MOST_CHARACTERS = 100_000;

/** Reads the configured logs of the server. What stands there is data of unknown origin: nothing of it is ever executed as it stands. */
export async function readLoggedCalls({
  root,
  config,
  signal,
}: Pick<RunContext, 'root' | 'config' | 'signal'>): Promise<LoggedCalls> {
  const { files, unreadable: missing } = await findNewestFiles(root, config.logs);
  const unreadable = [...missing];
  const keeper = createCallKeeper();
  const keep = (record: LogRecord | null) => {
    const call = record === null ? null : callOf(record);
    if (call !== null && call.sql.length <= MOST_CHARACTERS && beginsAsStatement(call.sql, 'rows'))
      keeper.add(call);
  };
  let left = MOST_BYTES;
  for (const { path, sizeBytes } of files) {
    if (left <= 0) break;
    signal.throwIfAborted();
    const reader = createRecordReader();
    try {
      for await (const line of linesFrom(path, Math.max(0, sizeBytes - left))) keep(reader.push(line));
      keep(reader.end());
    } catch (error) {
      unreadable.push(`${path} (${error instanceof Error ? error.message : String(error)})`);
    }
    left -= sizeBytes;
  }
  return { calls: keeper.slowest(), unreadable };
}
