import { effectLines, lockLine } from '../gate/effects.ts';
import type { ObjectState } from '../gate/object-facts.ts';
import type { ApprovalRequest } from '../gate/request.ts';
import { canonicalSha256 } from '../canonical-json.ts';
import { effectOf } from '../lint/lock/effect-of.ts';
import { Blocked } from '../outcome.ts';
import { readDependents } from '../pg/catalog/dependents.ts';
import { readTouchedState } from '../pg/catalog/touched-state.ts';
import { objectNames } from '../sql/object-names.ts';
import { statementsOrNone, type Statement } from '../sql/parse.ts';
import { touchedObjects } from '../sql/touched-objects.ts';
import type { RunContext } from './context.ts';

/** What a change touches, as the catalog says now. */
export interface ChangeEffects {
  /** SHA-256 of what the catalog says of the touched objects, and of what goes along with them. */
  readonly state: string;
  /** Their names, as a person would type them. */
  readonly objects: readonly string[];
  /** What the change does, one sentence each. */
  readonly effects: readonly string[];
}

/** Looks up what statements would do, from their trees and the catalog alone: none of them is sent. */
export async function readEffects(run: RunContext, sql: readonly string[]): Promise<ChangeEffects> {
  const statements = sql.flatMap((text) => statementsOrNone(text));
  const states: string[] = [];
  const names: string[] = [];
  const effects: string[] = [];
  for (const statement of statements) {
    const { objects, cascade, opaque } = touchedObjects([statement]);
    const state = await readTouchedState(run.reader, objects);
    const dependents = await readDependents(run.reader, objects, { cascade });
    states.push(state.sha256, dependents.sha256);
    names.push(...objectNames(objects.filter(({ later }) => !later)));
    effects.push(
      ...effectLines({ objects: state.objects, opaque, dependents }),
      ...lockLines(statement, state.objects),
    );
  }
  return { state: canonicalSha256(states), objects: [...new Set(names)], effects: [...new Set(effects)] };
}

/** For each table that is there already; several objects of one table are locked once. */
function lockLines({ tree }: Statement, objects: readonly ObjectState[]): string[] {
  const { lock, blocks, work } = effectOf(tree);
  if (lock === null || lock === 'unknown') return [];
  const facts = {
    lock,
    blocks: blocks === 'reads and writes' || blocks === 'writes' ? blocks : null,
    scans: work === 'scan',
    rewrites: work === 'rewrite',
  };
  const lines = objects.flatMap(({ identity, heapBytes, indexes, table, found }) => {
    if (table !== null)
      return [lockLine(facts, { identity: table.identity, heapBytes: table.sizeBytes, indexes: null })];
    return found && identity !== null && heapBytes !== null
      ? [lockLine(facts, { identity, heapBytes, indexes })]
      : [];
  });
  return [...new Set(lines)];
}

/** Between an approver's look and the first statement nothing may have changed that they looked at. */
export async function requireUnchanged(run: RunContext, request: ApprovalRequest): Promise<void> {
  const { state } = await readEffects(
    run,
    request.statements.map(({ sql }) => sql),
  );
  if (state === request.state) return;
  throw new Blocked(
    'awaiting-approval',
    'approval-stale',
    'what the change touches has changed since it was approved; look at it again',
  );
}
