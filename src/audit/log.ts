import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PitstopError } from '../errors.ts';
import { withLockFile } from '../files/lock-file.ts';
import type { ProcessIdentity } from '../files/process-identity.ts';
import { resolveWritable } from '../files/root.ts';
import { STATE_FOLDER } from '../files/state-folder.ts';
import { syncFolder } from '../files/write.ts';
import { isTorn, NO_HASH, parseRecord, seal, toLine } from './chain.ts';
import type { Actor, AuditEvent } from './event.ts';
import { linesFromEnd } from './lines.ts';
import { detailsOf, type AuditRecord } from './record.ts';

/** Relative to the repository's root. */
export const AUDIT_LOG = `${STATE_FOLDER}/audit.jsonl`;

/** A record's place in its log: what an anchor holds. */
export interface AuditHead {
  readonly logId: string;
  readonly seq: number;
  readonly hash: string;
}

export interface AuditLog {
  /** Durable: the record is on disk when this resolves. Statements need `loadParser()` before. */
  readonly append: (event: AuditEvent) => Promise<AuditHead>;
}

export interface AuditLogOptions {
  readonly root: string;
  readonly actor: Actor;
  readonly runId: string;
  readonly now: () => Date;
  /** A random UUID for a log that begins. */
  readonly newLogId: () => string;
}

/** Appending takes milliseconds; who waits longer waits for a process that is stopped. */
const PATIENCE_MS = 10_000;

/** The audit log of a working copy. Several processes may append to it, each through a log of its own. */
export function openAuditLog(options: AuditLogOptions): AuditLog {
  return {
    append: async (event) => {
      const details = detailsOf(event);
      const path = await resolveWritable(options.root, AUDIT_LOG, [STATE_FOLDER]);
      return withLockFile(options.root, 'audit', { patienceMs: PATIENCE_MS, busy }, () =>
        appendDetails(path, options, details),
      );
    },
  };
}

async function appendDetails(
  path: string,
  { root, actor, runId, now, newLogId }: AuditLogOptions,
  details: ReturnType<typeof detailsOf>,
): Promise<AuditHead> {
  const file = await open(path, 'a+');
  try {
    const { last, endsLine } = await readEnd(file, path);
    const common = { at: now().toISOString(), actor, runId };
    const before =
      last ??
      seal({ seq: 1, ...common, logId: newLogId(), ...detailsOf({ event: 'opened' }), prev: NO_HASH });
    const { seq, logId, hash: prev } = before;
    const record = seal({ seq: seq + 1, ...common, logId, ...details, prev });
    const lines = (last === null ? [before, record] : [record]).map((one) => `${toLine(one)}\n`);
    // After a line that a crash tore, the record begins on a line of its own, or it would be lost with that line.
    await file.appendFile(`${endsLine ? '' : '\n'}${lines.join('')}`);
    await file.sync();
    if (last === null) for (const folder of [dirname(path), root]) await syncFolder(folder);
    return { logId, seq: record.seq, hash: record.hash };
  } finally {
    await file.close();
  }
}

/** More torn lines in a row than crashes leave. */
const MOST_TORN = 100;

/** The last whole record; null in a log that has none yet. Reads the end of the file only. */
async function readEnd(
  file: FileHandle,
  path: string,
): Promise<{ readonly last: AuditRecord | null; readonly endsLine: boolean }> {
  const skipped: Buffer[] = [];
  let endsLine = true;
  for await (const { bytes, ended } of linesFromEnd(file)) {
    if (skipped.length === 0) endsLine = ended;
    const read = parseRecord(bytes);
    if (read === null) skipped.push(bytes);
    if (skipped.length > MOST_TORN) throw brokenLog(path);
    if (read === null) continue;
    if (read.own !== read.record.hash || !areTorn(skipped, read.record.seq + 1)) throw brokenLog(path);
    return { last: read.record, endsLine };
  }
  if (!areTorn(skipped, 1)) throw brokenLog(path);
  return { last: null, endsLine };
}

function areTorn(lines: readonly Buffer[], seq: number): boolean {
  return lines.every((line) => isTorn(line, seq));
}

function brokenLog(path: string): PitstopError {
  return new PitstopError('audit-log-broken', `the end of ${path} is not what pitstop has written`, {
    file: path,
    hint: 'pitstop log --verify says where. Keep the file, find out who changed it, then move it away: a new log begins by itself.',
  });
}

function busy(path: string, holder: ProcessIdentity | null): PitstopError {
  return new PitstopError(
    'audit-log-locked',
    `process ${holder?.pid ?? 'unknown'} has been writing to the audit log for ${PATIENCE_MS / 1_000} s`,
    { file: path, hint: `If no such process runs on any machine that shares this folder, remove ${path}.` },
  );
}
