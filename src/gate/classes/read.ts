import type { Node } from '@pgsql/types';
import { as, isGated, together, type Classified, type Place, type Rules } from './class.ts';
import { effectsIn } from './expression.ts';
import { isOn } from './option.ts';

/** SELECT, VALUES, TABLE, WITH, SHOW, EXPLAIN, COPY to the client. */
export const read: Rules = {
  SelectStmt: (select, place) =>
    together(as('read', 'only reads'), ...effectsIn({ SelectStmt: select }, place)),
  VariableShowStmt: () => as('read', 'shows a setting'),
  ExplainStmt: ({ query, options }, place) => explains(query, isOn(options, 'analyze'), place),
  CopyStmt: ({ query, is_from: isFrom, is_program: isProgram, filename }, place) => {
    if (isProgram === true || filename !== undefined)
      return as('refuse', 'COPY reads or writes files, or runs programs, of the server machine');
    if (isFrom === true) return as('refuse', 'COPY FROM STDIN waits for data that nobody sends');
    return query === undefined ? as('read', 'only reads') : place.classify(query, place);
  },
};

/** @param executes null where it cannot be told */
function explains(query: Node | undefined, executes: boolean | null, place: Place): Classified {
  if (query === undefined) return as('opaque', 'EXPLAIN of nothing');
  const explained = place.classify(query, place);
  if (explained.class === 'refuse') return explained;
  if (executes === null) return as('opaque', 'whether EXPLAIN executes the statement cannot be told');
  if (executes)
    return isGated(explained)
      ? together(as(explained.class, 'EXPLAIN ANALYZE executes the statement'), explained)
      : explained;
  if (!PLANNED.some((tag) => tag in query)) return as('opaque', 'this is not planned but looked up');
  // Planning runs functions that call themselves immutable.
  const opaque = effectsIn(query, place).filter(
    (effect) => effect.class === 'opaque' || effect.class === 'refuse',
  );
  return together(as('read', 'plans without executing'), ...opaque);
}

const PLANNED = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];
