import type { Node } from '@pgsql/types';
import { relationOf } from '../facts.ts';
import type { LintFacts } from '../facts.ts';
import { nodesNamed, type FieldsOf } from '../../sql/walk.ts';
import { effect, NOTHING, strongest, type Effect, type Family } from './effect.ts';
import { effectOfQuery } from './query.ts';

/** CREATE of what belongs to a table, reads it, or becomes part of it. */
export const CREATE_STATEMENTS: Family = {
  CreateStmt: createTable,
  CreateForeignTableStmt: ({ base }, facts) => (base === undefined ? NOTHING : createTable(base, facts)),

  ViewStmt({ view, query, replace }, facts) {
    const reads = strongest([effectOfQuery(query)]);
    const exists = relationOf(facts, view) !== undefined || facts.relations.length === 0;
    return replace === true && exists
      ? effect('ACCESS EXCLUSIVE', { note: 'on the view, where it exists; the tables below it are read' })
      : effect(reads.lock);
  },

  CreateTrigStmt: () => effect('SHARE ROW EXCLUSIVE'),
  RuleStmt: () => effect('ACCESS EXCLUSIVE'),
  CreatePolicyStmt: () => effect('ACCESS EXCLUSIVE'),
  AlterPolicyStmt: () => effect('ACCESS EXCLUSIVE'),
  CreatePublicationStmt: ({ pubobjects }) =>
    nodesNamed(pubobjects, 'RangeVar').length > 0 ? effect('SHARE UPDATE EXCLUSIVE') : NOTHING,
  AlterPublicationStmt: ({ pubobjects }) =>
    nodesNamed(pubobjects, 'RangeVar').length > 0 ? effect('SHARE UPDATE EXCLUSIVE') : NOTHING,

  CreateSeqStmt: ({ options = [] }) =>
    options.some((option) => 'DefElem' in option && option.DefElem.defname === 'owned_by')
      ? effect('ACCESS SHARE')
      : NOTHING,
  AlterSeqStmt: () => effect('SHARE ROW EXCLUSIVE', { note: 'on the sequence: nextval waits' }),
};

/** The new table's own lock is in nobody's way; those that it refers to are. */
function createTable(
  { partbound, inhRelations = [], tableElts, constraints }: FieldsOf<'CreateStmt'>,
  facts: LintFacts,
): Effect {
  const parts: Effect[] = [];
  if (partbound !== undefined) {
    const [parent] = inhRelations.flatMap((node) => ('RangeVar' in node ? [node.RangeVar] : []));
    const known = relationOf(facts, parent);
    const searchesDefault = partbound.is_default !== true && (known?.hasDefaultPartition ?? true);
    parts.push(
      effect('ACCESS EXCLUSIVE', {
        work: searchesDefault ? 'scan' : 'none',
        note:
          known === undefined && searchesDefault
            ? 'on the parent; a default partition, if there is one, is scanned'
            : 'on the parent',
      }),
    );
  } else if (inhRelations.length > 0) parts.push(effect('SHARE UPDATE EXCLUSIVE'));
  const elements: readonly Node[] = [...(tableElts ?? []), ...(constraints ?? [])];
  if (elements.some(refersToAnother))
    parts.push(effect('SHARE ROW EXCLUSIVE', { note: 'on the table that is referred to' }));
  if (elements.some((element) => 'TableLikeClause' in element)) parts.push(effect('ACCESS SHARE'));
  return strongest(parts);
}

/** A foreign key, by itself or behind a column. */
function refersToAnother(element: Node): boolean {
  if ('Constraint' in element) return element.Constraint.contype === 'CONSTR_FOREIGN';
  return 'ColumnDef' in element && (element.ColumnDef.constraints ?? []).some(refersToAnother);
}
