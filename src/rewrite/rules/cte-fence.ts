import type { Node } from '@pgsql/types';
import { isDeterministic } from '../../sql/determinism.ts';
import type { FieldsOf } from '../../sql/walk.ts';
import { nodesNamed } from '../../sql/walk.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule, RewriteSubject } from '../rule.ts';
import type { SelectStmt } from '../scope.ts';
import { isSteady } from '../steady.ts';

type Cte = FieldsOf<'CommonTableExpr'>;

/** A CTE that is computed whole lets no condition and no LIMIT from outside in. */
export const cteInline: RewriteRule = {
  name: 'cte-not-materialized',
  summary: 'Lets the planner see into a CTE that is marked MATERIALIZED or used more than once.',
  apply: (subject) =>
    rewritten(subject, {
      reason:
        'NOT MATERIALIZED: conditions from outside reach the tables of the CTE; it gives the same each time it is evaluated',
      select: (select) => withCtes(select, (cte, uses) => inlined(cte, uses, subject)),
    }),
};

/** The other way round, a tool against a plan that goes wrong on bad estimates. */
export const cteMaterialize: RewriteRule = {
  name: 'cte-materialized',
  summary: 'Has a CTE computed once and whole, apart from the rest of the plan.',
  apply: (subject) =>
    rewritten(subject, {
      reason: 'MATERIALIZED: the CTE is computed once, by a plan of its own',
      select: (select) =>
        withCtes(select, ({ ctematerialized }, uses) =>
          uses === 1 && ctematerialized !== 'CTEMaterializeAlways' ? 'CTEMaterializeAlways' : null,
        ),
    }),
};

function withCtes(
  select: SelectStmt,
  decide: (cte: Cte, uses: number) => NonNullable<Cte['ctematerialized']> | null,
): SelectStmt | null {
  const { withClause } = select;
  if (withClause?.ctes === undefined || withClause.recursive === true) return null;
  let changes = false;
  const ctes = withClause.ctes.map((node): Node => {
    if (!('CommonTableExpr' in node)) return node;
    const cte = node.CommonTableExpr;
    const { ctename = '', ctequery } = cte;
    if (ctequery === undefined || !('SelectStmt' in ctequery)) return node;
    const decided = decide(cte, usesOf(ctename, select));
    if (decided === null) return node;
    changes = true;
    return { CommonTableExpr: { ...cte, ctematerialized: decided } };
  });
  return changes ? { ...select, withClause: { ...withClause, ctes } } : null;
}

function inlined(
  cte: Cte,
  uses: number,
  subject: RewriteSubject,
): NonNullable<Cte['ctematerialized']> | null {
  const { ctematerialized, ctequery } = cte;
  const fenced =
    uses > 0 &&
    (ctematerialized === 'CTEMaterializeAlways' || (uses > 1 && ctematerialized !== 'CTEMaterializeNever'));
  if (!fenced || ctequery === undefined || !isSteady(ctequery, subject)) return null;
  // Evaluated twice, LIMIT without order may choose other rows each time.
  if (uses > 1 && !isDeterministic(ctequery)) return null;
  return 'CTEMaterializeNever';
}

/** Mentions of the name; a table of that name in a schema is not one. An inner CTE of the same name counts too. */
function usesOf(name: string, select: SelectStmt): number {
  return nodesNamed({ SelectStmt: select }, 'RangeVar').filter(
    ({ relname, schemaname }) => relname === name && schemaname === undefined,
  ).length;
}
