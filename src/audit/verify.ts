import { join } from 'node:path';
import { verifyAgainstAnchors, type Anchor, type AnchorProblem } from './anchors.ts';
import { EMPTY_CHAIN, readLine, type ChainState } from './chain.ts';
import { linesOf } from './lines.ts';
import { AUDIT_LOG } from './log.ts';
import type { AuditRecord } from './record.ts';

/** Walks a repository's log from its beginning; `onRecord` gets each record, broken or not. */
export async function walkAuditLog(
  root: string,
  onRecord: (record: AuditRecord) => void = () => {},
): Promise<ChainState> {
  let state = EMPTY_CHAIN;
  for await (const line of linesOf(join(root, AUDIT_LOG))) {
    const read = readLine(state, line);
    state = read.state;
    if (read.record !== null) onRecord(read.record);
  }
  return state;
}

/** The id that the first record of a repository's log has; null where there is no log. */
export async function readLogId(root: string): Promise<string | null> {
  for await (const line of linesOf(join(root, AUDIT_LOG))) {
    const { record } = readLine(EMPTY_CHAIN, line);
    if (record !== null) return record.logId;
  }
  return null;
}

export interface AuditVerification {
  readonly chain: ChainState;
  readonly anchorProblems: readonly AnchorProblem[];
  readonly whole: boolean;
}

/**
 * Compares a repository's log with itself and with the anchors of it. The anchors have to be read before: a record is
 * written before its anchor, so whatever has an anchor is in the log by then.
 */
export async function verifyAuditLog(root: string, anchors: readonly Anchor[]): Promise<AuditVerification> {
  const anchored = new Set(anchors.map(({ seq }) => seq));
  const hashes = new Map<number, string>();
  let last = 0;
  const chain = await walkAuditLog(root, ({ seq, hash }) => {
    last = Math.max(last, seq);
    if (anchored.has(seq)) hashes.set(seq, hash);
  });
  const anchorProblems = verifyAgainstAnchors({ last, hashes }, anchors);
  return { chain, anchorProblems, whole: chain.problems.length === 0 && anchorProblems.length === 0 };
}
