import type { Proposal } from '../change.ts';
import {
  blockersText,
  readLockHolders,
  readOldSnapshots,
  readWaiters,
  type Blocker,
} from '../pg/catalog/blockers.ts';
import { readRelation } from '../pg/catalog/relations.ts';
import { isStatementTimeout, sqlState, SQLSTATE } from '../pg/failure.ts';
import type { Session } from '../pg/session.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { LabLimits } from './limits.ts';
import type { TrialReason } from '../trial.ts';

/** Something in the way; `passing` when waiting may help. */
export interface Obstacle extends TrialReason {
  readonly passing: boolean;
}

/** What stands in the way before anything is tried. */
export async function obstacleBefore(
  reader: Session,
  proposal: Proposal,
  limits: LabLimits,
): Promise<Obstacle | null> {
  for (const table of tablesOf(proposal)) {
    const relation = await readRelation(reader, table);
    if (relation === null)
      return { code: 'table-gone', message: `${quoteQualified(table)} does not exist here`, passing: false };
    if (relation.sizeBytes > limits.maxTableBytes) {
      const message = `${quoteQualified(table)} has ${Math.round(relation.sizeBytes / 1024 ** 2)} MB; building inside a transaction would block its writers for too long (limit ${Math.round(limits.maxTableBytes / 1024 ** 2)} MB)`;
      return { code: 'table-too-large', message, passing: false };
    }
    if ((await readWaiters(reader, relation.oid)).length > 0) {
      return {
        code: 'sessions-waiting',
        message: `sessions already wait for a lock on ${quoteQualified(table)}`,
        passing: true,
      };
    }
  }
  return null;
}

/** Why a lab that makes changes inside a transaction cannot make this one; null where it can. */
export function unhostedInTransaction(lab: string, { change }: Proposal): TrialReason | null {
  return change.steps.every((step) => step.inTransaction !== null)
    ? null
    : { code: 'not-hosted', message: `the ${lab} lab cannot make this change inside a transaction` };
}

/** What making a change took. */
export interface Made {
  /** Of what it builds. */
  readonly sizeBytes: number;
  readonly buildMs: number;
}

/** Makes the change in a transaction, hands over to `measure`, and rolls back whatever happens. */
export async function attemptIn<T>(
  builder: Session,
  proposal: Proposal,
  limits: LabLimits,
  clock: () => number,
  measure: (made: Made) => Promise<T>,
): Promise<T | Obstacle> {
  await builder.control('BEGIN');
  try {
    await builder.query(
      `SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true)`,
      [String(limits.lockTimeoutMs), String(limits.buildTimeoutMs)],
    );
    const started = clock();
    try {
      for (const step of proposal.change.steps) await builder.query(step.inTransaction ?? step.up);
    } catch (error) {
      return buildObstacle(error);
    }
    const buildMs = clock() - started;
    const built = await readBuilt(builder, proposal);
    if (built.some((index) => index.waitsForSnapshots)) {
      const message = 'the new index is not usable in its own transaction while an older snapshot is open';
      return { code: 'old-snapshot', message, passing: true };
    }
    return await measure({ sizeBytes: built.reduce((sum, index) => sum + index.sizeBytes, 0), buildMs });
  } finally {
    await builder.control('ROLLBACK');
  }
}

function buildObstacle(error: unknown): Obstacle {
  const state = sqlState(error);
  const message = error instanceof Error ? error.message : String(error);
  if (state === SQLSTATE.lockNotAvailable || state === SQLSTATE.deadlock) {
    return { code: 'lock-timeout', message: 'another session holds a lock on the table', passing: true };
  }
  if (isStatementTimeout(error))
    return { code: 'build-timeout', message: 'the build took longer than it may', passing: false };
  if (state === null || state === SQLSTATE.queryCanceled) throw error;
  if (state === SQLSTATE.insufficientPrivilege) return { code: 'permission-denied', message, passing: false };
  if (state === SQLSTATE.programLimit) return { code: 'value-too-large', message, passing: false };
  if (state === SQLSTATE.diskFull) return { code: 'disk-full', message, passing: false };
  return { code: 'build-failed', message, passing: false };
}

interface BuiltIndex {
  readonly sizeBytes: number;
  /** `pg_index.indcheckxmin`: set when the build met row versions that an open snapshot may still need. */
  readonly waitsForSnapshots: boolean;
}

/** The indexes of a change, where they are there. */
export async function readBuilt(builder: Session, proposal: Proposal): Promise<BuiltIndex[]> {
  const built: BuiltIndex[] = [];
  for (const { builds } of proposal.change.steps) {
    if (builds === null) continue;
    built.push(
      ...(await builder.query<BuiltIndex>(
        `SELECT pg_relation_size(indexrelid)::float8 AS "sizeBytes", indcheckxmin AS "waitsForSnapshots"
           FROM pg_index WHERE indexrelid = to_regclass($1)`,
        [quoteQualified(builds)],
      )),
    );
  }
  return built;
}

/** Who is in the way, as a tail for a message; empty when nobody is seen. */
export async function describeBlockers(reader: Session, proposal: Proposal, code: string): Promise<string> {
  const found: Blocker[] = [];
  if (code === 'old-snapshot') found.push(...(await readOldSnapshots(reader)));
  else {
    for (const table of tablesOf(proposal)) {
      const relation = await readRelation(reader, table);
      if (relation !== null) found.push(...(await readLockHolders(reader, relation.oid)));
    }
  }
  return found.length === 0 ? '' : `: ${blockersText(found)}`;
}

function tablesOf(proposal: Proposal): { readonly schema: string; readonly name: string }[] {
  return proposal.change.steps.flatMap(({ builds }) =>
    builds === null ? [] : [{ schema: builds.schema, name: builds.table }],
  );
}
