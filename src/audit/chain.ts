import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import type { AuditRecord, Unsealed } from './record.ts';

/** What stands for the hash before the first record. */
export const NO_HASH = '0'.repeat(64);

/** Seals a record: its hash covers the hash before it and everything in it. */
export function seal(record: Unsealed): AuditRecord {
  return { ...record, hash: hashOf(record) };
}

/** The record as its line, without the newline. */
export function toLine(record: AuditRecord): string {
  return JSON.stringify(record);
}

function hashOf(record: Unsealed): string {
  return createHash('sha256').update(record.prev).update(canonicalJson(record), 'utf8').digest('hex');
}

/** How far a log has been read and what was wrong so far. */
export interface ChainState {
  /** Lines read. */
  readonly lines: number;
  readonly records: number;
  /** Of the last record; null before the first. */
  readonly logId: string | null;
  readonly seq: number;
  readonly hash: string;
  /** Lines that a crash tore, which are no part of the chain: the first ones. */
  readonly torn: readonly number[];
  /** The first ones. Empty where the chain is whole. */
  readonly problems: readonly ChainProblem[];
}

/** Where the chain breaks, and what should have been there. */
interface ChainProblem {
  /** 1-based. */
  readonly line: number;
  /** That the line claims, or that it should have had. */
  readonly seq: number;
  readonly expected: string;
  readonly found: string;
}

export const EMPTY_CHAIN: ChainState = {
  lines: 0,
  records: 0,
  logId: null,
  seq: 0,
  hash: NO_HASH,
  torn: [],
  problems: [],
};

/** A broken log may be long, and each of its lines broken. */
const MOST_NAMED = 50;

/** A line of the file, without its newline. */
export interface Line {
  readonly bytes: Buffer;
  /** False for a last line without a newline. */
  readonly ended: boolean;
}

/**
 * Reads the next line. After a break it goes on from what the line claims, so that each break is named once.
 * Any other bytes than those that were written are a break, also where they mean the same JSON.
 */
export function readLine(
  state: ChainState,
  { bytes, ended }: Line,
): { readonly state: ChainState; readonly record: AuditRecord | null } {
  const line = state.lines + 1;
  const read = parseRecord(bytes);
  if (read === null) {
    const next = { ...state, lines: line };
    const torn = isTorn(bytes, state.seq + 1);
    return {
      state: torn ? noteTorn(next) : noteProblem(next, unreadable(line, state.seq + 1)),
      record: null,
    };
  }
  const { record } = read;
  const problem = problemOf(state, read, line);
  const { logId, seq, hash } = record;
  const next = { ...state, lines: line, records: state.records + 1, logId, seq, hash };
  const judged = problem === null ? next : noteProblem(next, problem);
  return { state: ended ? judged : noteTorn(judged), record };
}

function problemOf(state: ChainState, { record, own }: ReadRecord, line: number): ChainProblem | null {
  const first = state.records === 0;
  const checks: readonly (readonly [string, string, string])[] = [
    ['seq', String(state.seq + 1), String(record.seq)],
    ['prev', state.hash, record.prev],
    ['hash', own, record.hash],
    ...(first
      ? ([['event', 'opened', record.event]] as const)
      : ([['logId', state.logId ?? '', record.logId]] as const)),
  ];
  const failed = checks.find(([, expected, found]) => expected !== found);
  if (failed === undefined) return null;
  const [what, expected, found] = failed;
  return { line, seq: record.seq, expected: `${what} ${expected}`, found: `${what} ${found}` };
}

function unreadable(line: number, seq: number): ChainProblem {
  return { line, seq, expected: `the record ${seq}`, found: 'no record' };
}

function noteProblem(state: ChainState, problem: ChainProblem): ChainState {
  return state.problems.length < MOST_NAMED ? { ...state, problems: [...state.problems, problem] } : state;
}

function noteTorn(state: ChainState): ChainState {
  return state.torn.length < MOST_NAMED ? { ...state, torn: [...state.torn, state.lines] } : state;
}

/** A record, and the hash that it should have. */
export interface ReadRecord {
  readonly record: AuditRecord;
  readonly own: string;
}

/** A record whose line has exactly the bytes that `toLine` gives; null for anything else. */
export function parseRecord(bytes: Buffer): ReadRecord | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (!isRecord(value) || !Buffer.from(toLine(value)).equals(bytes)) return null;
    const { hash: _, ...rest } = value;
    return { record: value, own: hashOf(rest) };
  } catch {
    return null;
  }
}

/**
 * Whether a crash may have left the line: the beginning of the record `seq` that was to come, perhaps none of it. A
 * file system may have made room before it wrote, which then reads as zeros.
 */
export function isTorn(bytes: Buffer, seq: number): boolean {
  const text = bytes.toString('latin1').replace(/\0+$/, '');
  const start = `{"seq":${seq},`;
  return start.startsWith(text) || (text.startsWith(start) && !isJson(text));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isRecord(value: unknown): value is AuditRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { seq, at, logId, actor, runId, event, prev, hash } = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(seq) &&
    [at, logId, runId, event, prev, hash].every((part) => typeof part === 'string') &&
    typeof actor === 'object' &&
    actor !== null
  );
}
