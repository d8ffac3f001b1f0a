import { isUnsafe, reachesOut } from '../sql/unsafe-functions.ts';
import type { SequenceColumn, Write, WriteTargets, WritingStatement } from '../sql/writing-statement.ts';
import type { TrialReason } from '../trial.ts';
import type { Environment } from './environment.ts';
import type { NameFacts } from './name-facts.ts';
import { callsIn, reachIn, staysInside } from './reached.ts';
import { judge } from './verdict.ts';

/** Where a writing statement would be executed. */
export type WritingPlace =
  /** A lab that pitstop created, which nobody else uses. */
  | { readonly own: true }
  /** A database of the user's: the target, or a lab that they named, which counts as staging. */
  | { readonly own: false; readonly environment: Environment };

/**
 * Why a statement that writes must not be executed there, not even in a transaction that is rolled back; null where it
 * may. In a database of the user's: only what the gate allows there, in full view, and nothing that a rollback does not
 * undo. In a lab of our own: all but what could reach out of it.
 */
export function whyNotExecuted(
  statement: WritingStatement,
  { names, targets }: { readonly names: NameFacts; readonly targets: WriteTargets },
  place: WritingPlace,
): TrialReason | null {
  const foreign = targets.tables.find(({ kind }) => kind === 'foreign-table');
  if (foreign !== undefined)
    return writes(`it writes to ${foreign.schema}.${foreign.name}, which is on another server`);
  if (place.own) return whyNotInOwnLab(statement, names);

  const { environment } = place;
  if (environment === 'production') return writes('nothing that writes is executed on production');
  const { verdict, statements } = judge(statement.sql, environment, names);
  if (verdict !== 'allow')
    return writes(
      `on ${environment} it needs an approval: ${statements.flatMap(({ reasons }) => reasons).join('; ')}`,
    );
  const unsafe = callsIn(statement.tree).find(isUnsafe);
  if (unsafe !== undefined) return writes(`it calls ${unsafe.name}, which a rollback does not undo`);
  const [trigger] = targets.extensionTriggers;
  if (trigger !== undefined) return writes(`the trigger ${trigger} runs code of an extension`);
  const moved = movedSequence(statement.writes, targets.sequences);
  if (moved !== null)
    return writes(
      `it takes a number from the sequence of ${moved.table}.${moved.column}, which a rollback does not give back`,
    );
  return null;
}

/**
 * Each execution leaves dead rows behind in the table although it is rolled back, and holds locks on its rows; a
 * database of the user's is spared more.
 */
const MOST_ROWS = 10_000;

/**
 * Why a statement that may be executed there writes too much for it.
 * @param estimatedRows that one execution writes, as the planner expects
 */
export function whyTooMuch(estimatedRows: number, place: WritingPlace): TrialReason | null {
  if (place.own || estimatedRows <= MOST_ROWS) return null;
  const rows = Math.round(estimatedRows).toLocaleString('en-US');
  return writes(`it writes about ${rows} rows, and each execution would leave as many dead ones behind`);
}

/** The first column for which a statement may take the next value of a sequence; null for none. */
function movedSequence(
  statementWrites: readonly Write[],
  sequences: readonly SequenceColumn[],
): SequenceColumn | null {
  const moves = (write: Write, { column }: SequenceColumn) => {
    if (write.asksForDefaults) return true;
    if (write.verb === 'MERGE') return true;
    return write.verb === 'INSERT' && !(write.columns ?? []).includes(column);
  };
  return sequences.find((sequence) => statementWrites.some((write) => moves(write, sequence))) ?? null;
}

/** Files, other servers and other sessions are out of reach of a lab, and have to stay so. */
function whyNotInOwnLab(statement: WritingStatement, names: NameFacts): TrialReason | null {
  const { verdict, statements } = judge(statement.sql, 'development', names);
  if (verdict === 'refuse') return writes(statements.flatMap(({ reasons }) => reasons).join('; '));
  const outward = callsIn(statement.tree).find(reachesOut);
  if (outward !== undefined) return writes(`it calls ${outward.name}, which may reach out of a lab`);
  if (staysInside(statement.tree, names)) return null;
  const reached = reachIn(names).functionsOf(statement.tree);
  const functions = [...new Set(reached.map(({ schema, name }) => `${schema}.${name}`))].join(', ');
  return writes(`it runs ${functions}, and not all of that is known to stay inside a lab`);
}

function writes(why: string): TrialReason {
  return { code: 'statement-writes', message: why };
}
