import type { Answer } from './answer.ts';
import type { Measured } from './measure.ts';
import type { Problem } from './problem.ts';
import type { difference } from './snapshot.ts';

/** An index as it is after the run and was not before. */
export interface NewIndex {
  readonly definition: string;
  readonly bytes: number;
}

export interface Facts {
  readonly problem: Problem;
  readonly answer: Answer;
  readonly before: Measured;
  /** Null where there is no reference. */
  readonly reference: Measured | null;
  /** The answer's statement under its settings, on the database as it is now. */
  readonly after: Measured;
  readonly changes: ReturnType<typeof difference>;
  readonly newIndexes: readonly NewIndex[];
}

/** What is not as it has to be, in sentences. */
export function judgeAnswer(facts: Facts): string[] {
  return [
    ...judgeEnd(facts),
    ...judgeRows(facts),
    ...judgeGain(facts),
    ...judgeChanges(facts),
    ...judgeIndexes(facts),
  ];
}

function judgeEnd({ problem: { expect }, answer }: Facts): string[] {
  const { outcome, kind, reason } = answer;
  const said = `${reason?.code ?? 'no reason'}: ${reason?.message ?? answer.error ?? ''}`;
  const failures: string[] = [];
  if (!expect.outcomes.some((one) => one === outcome))
    failures.push(`the outcome is ${outcome}, not ${expect.outcomes.join(' or ')} (${said})`);
  if (!expect.kinds.some((one) => one === kind))
    failures.push(`the answer is ${kind}, not ${expect.kinds.join(' or ')}`);
  if (kind === 'none' && expect.reasonCodes?.includes(reason?.code ?? '') === false)
    failures.push(`the reason is ${said}, not ${expect.reasonCodes.join(' or ')}`);
  for (const pattern of expect.neverRewrite ?? [])
    if (answer.rewrite !== null && pattern.test(answer.rewrite))
      failures.push(`the rewrite has ${pattern}: ${answer.rewrite}`);
  return failures;
}

function judgeRows({ problem, answer, before, reference, after }: Facts): string[] {
  const failures: string[] = [];
  if (answer.rows === 'different') failures.push('the answer is said to change the rows');
  // Where the reference keeps the rows, they are fixed: an answer can keep them, and say so. Of a write we only see the count.
  const isFixed = reference !== null;
  if (isFixed && answer.kind !== 'none' && problem.sort !== 'write' && answer.rows !== 'same')
    failures.push(`the rows are said to be ${answer.rows}, and they can be compared`);
  if (String(before.results) === String(after.results)) return failures;
  if (answer.rows === 'same') failures.push('the rows are said to be the same, and are not');
  if (isFixed) failures.push(`the rows are ${after.results.join(', ')}, not ${before.results.join(', ')}`);
  return failures;
}

/** Of the time that the reference saves, the answer has to save so much. */
const ENOUGH = 0.9;
/** Below it, times say more about the machine than about the statement. */
const NOTICEABLE_MS = 1;
/** Blocks do not depend on how busy the machine is. */
const FEW_BLOCKS = 50;

function judgeGain({ before, reference, after }: Facts): string[] {
  if (reference === null || isAsGood(before, reference, after)) return [];
  const share = savedShare(before, after) / savedShare(before, reference);
  return [
    `it saves ${Math.round(share * 100)} % of what the reference saves: ${words(before)} → ${words(after)}, reference ${words(reference)}`,
  ];
}

export function isAsGood(before: Measured, reference: Measured, after: Measured): boolean {
  if (savedShare(before, after) >= ENOUGH * savedShare(before, reference)) return true;
  if (after.medianMs <= reference.medianMs + NOTICEABLE_MS) return true;
  // Executed in the same way over the same blocks: what the times differ by is the machine's.
  if (after.blocks === reference.blocks && String(after.plans) === String(reference.plans)) return true;
  const readsAsLittle = after.blocks <= reference.blocks * 1.1 + FEW_BLOCKS;
  // Where the reference saves no blocks, they tell nothing.
  return readsAsLittle && reference.blocks < before.blocks / 2 && after.medianMs < before.medianMs;
}

export function savedShare(before: Measured, after: Measured): number {
  return (before.medianMs - after.medianMs) / before.medianMs;
}

export function words({ medianMs, blocks }: Measured): string {
  return `${medianMs.toFixed(2)} ms, ${blocks} blocks`;
}

/** Nothing may be gone, and what is new has to stand in a migration. */
function judgeChanges({ answer, changes }: Facts): string[] {
  const invalid = changes.added.filter((line) => line.endsWith(' valid f'));
  const views = changes.added.flatMap((line) => /^m app\.(\S+) /.exec(line)?.[1] ?? []);
  const unannounced = changes.added.filter(
    (line) => ![...namesIn(line), ...viewIn(line, views)].some((name) => answer.migrations.includes(name)),
  );
  return [
    ...changes.gone.map((line) => `gone: ${line}`),
    ...invalid.map((line) => `not valid: ${line}`),
    ...unannounced.map((line) => `not in any migration: ${line}`),
  ];
}

/** The names in a line of a snapshot; an index and what belongs to it is known by its own. */
function namesIn(line: string): string[] {
  const index = /INDEX (\S+) ON /.exec(line)?.[1];
  const statistics = /CREATE STATISTICS (?:\w+\.)?(\S+)/.exec(line)?.[1];
  const relation = /^[iI] app\.(\S+) /.exec(line)?.[1];
  const extension = /^extension (\S+)$/.exec(line)?.[1];
  return [index, statistics, relation, extension].filter((name) => name !== undefined);
}

/** The new materialized view that a line of a snapshot belongs to. */
function viewIn(line: string, views: readonly string[]): string[] {
  const [, name = ''] = /^(?:m|column|rows of) app\.(\w+)[ .:]/.exec(line) ?? [];
  return views.includes(name) ? [name] : [];
}

function judgeIndexes({ problem: { expect }, newIndexes }: Facts): string[] {
  const failures: string[] = [];
  const bytes = newIndexes.reduce((sum, index) => sum + index.bytes, 0);
  if (expect.maxIndexBytes !== undefined && bytes > expect.maxIndexBytes)
    failures.push(`the new indexes have ${bytes} bytes, allowed are ${expect.maxIndexBytes}`);
  const { indexes } = expect;
  if (indexes === undefined) return failures;
  for (const { definition } of newIndexes)
    if (!indexes.some((pattern) => pattern.test(definition))) failures.push(`not expected: ${definition}`);
  return failures;
}
