import { dropIndexStep } from '../change.ts';
import type { Session } from '../pg/session.ts';
import { applyMigration, type ApplyTerms } from './apply.ts';
import type { ApplySessions } from './apply-sessions.ts';
import type { BuiltIndex } from './intent.ts';
import type { LedgerRow } from './ledger.ts';
import type { Migration } from './migration.ts';
import { isStillThere } from './postcondition.ts';

/**
 * Takes back an attempt that built indexes and nothing else: the very objects, by id and definition, so that nobody has
 * to be asked. It is an attempt of its own in the ledger, which a successor finishes where this process dies.
 * @returns the statements that were sent
 */
export async function takeBack(
  sessions: ApplySessions,
  row: LedgerRow,
  terms: Omit<ApplyTerms, 'reverts' | 'consume'>,
): Promise<string[]> {
  const left: BuiltIndex[] = [];
  for (const index of row.built) if (await isStillThere(sessions.ledger, index)) left.push(index);
  const steps = left.toReversed().map(dropIndexStep);
  const migration: Migration = {
    format: 'none',
    name: row.name,
    steps,
    files: [],
    upPath: '',
    upText: steps.map(({ up }) => `${up};\n`).join(''),
    downPath: null,
    byHand: false,
    note: null,
  };
  await applyMigration(sessions, migration, { ...terms, reverts: row.id, consume: true });
  return steps.map(({ up }) => up);
}

/** Whether removing what it built is all there is to undo: the one case in which nobody has to be asked. */
export function isUndoneByRemoval({ intent, built }: LedgerRow): boolean {
  const builds = intent.filter(({ type }) => type === 'builds');
  return (
    builds.length === built.length && intent.every(({ type }) => type === 'builds' || type === 'nothing')
  );
}

/** The first index of an attempt that is not what it built any more: somebody has put another in its place. */
export async function replacedIndex(session: Session, row: LedgerRow): Promise<BuiltIndex | null> {
  for (const index of row.built) {
    const [other] = await session.query(
      `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2 AND (c.oid <> $3::oid OR pg_get_indexdef(c.oid) <> $4)`,
      [index.schema, index.name, index.oid, index.definition],
    );
    if (other !== undefined) return index;
  }
  return null;
}
