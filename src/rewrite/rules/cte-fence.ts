import type { Node } from '@pgsql/types';
import { isDeterministic } from '../../sql/determinism.ts';
import type { FieldsOf } from '../../sql/walk.ts';
import { namesOf, nodesNamed } from '../../sql/walk.ts';
import { mayFail } from '../may-fail.ts';
import { outputName } from '../output-name.ts';
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
      select: (select) =>
        withCtes(select, (cte, uses) => (keepsErrorsAway(cte, select) ? null : inlined(cte, uses, subject))),
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
        // Computed whole, it meets rows that conditions and limits from outside kept from it.
        mayFail(select.withClause) || !isSteady(select.withClause, subject)
          ? null
          : withCtes(select, ({ ctematerialized }, uses) =>
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

/**
 * Whether a condition from outside could end the statement with an error for a row that the CTE leaves out. Behind the
 * fence it never meets one; without it, it may be the first that is looked at.
 */
function keepsErrorsAway({ ctequery }: Cte, select: SelectStmt): boolean {
  const { whereClause, fromClause, havingClause, larg, rarg, targetList } = select;
  const conditions = [whereClause, fromClause, havingClause, larg, rarg, nodesNamed(targetList, 'SubLink')];
  const mentioned = nodesNamed(conditions, 'ColumnRef').map(({ fields }) => namesOf(fields).at(-1));
  const failing = nodesNamed(ctequery, 'ResTarget').flatMap(({ name, val }) =>
    val !== undefined && mayFail(val) ? [name ?? outputName(val)] : [],
  );
  return mayFail(conditions) || failing.some((name) => mentioned.includes(name));
}

/** Mentions of the name; a table of that name in a schema is not one. An inner CTE of the same name counts too. */
function usesOf(name: string, select: SelectStmt): number {
  return nodesNamed({ SelectStmt: select }, 'RangeVar').filter(
    ({ relname, schemaname }) => relname === name && schemaname === undefined,
  ).length;
}
