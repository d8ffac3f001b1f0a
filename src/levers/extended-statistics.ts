import { analyzeStep, sqlStep, type Proposal, type SqlStep } from '../change.ts';
import { indexName } from '../advisor/name.ts';
import { shapeOf, type TableUse } from '../advisor/shape.ts';
import type { RelationFacts } from '../facts.ts';
import { quoteName, quoteQualified } from '../sql/quote.ts';
import type { Lever, SlowStatement } from './lever.ts';

/** Findings of an estimate that was far off; statistics on several columns, or finer ones, may put it right. */
const WRONG_ESTIMATES = new Set([
  'row-misestimate',
  'nested-loop-blow-up',
  'hash-aggregate-spill',
  'hash-spill',
]);
/** `CREATE STATISTICS` takes at most eight columns; more than four seldom say more. */
const MAX_COLUMNS = 4;
/** Ten times the usual target: the sample and the list of common values grow with it. */
const FINER_TARGET = 1_000;

/** Where the planner takes columns for independent that are not, or does not know a skewed one well enough. */
export const extendedStatistics: Lever = {
  name: 'extended-statistics',
  summary:
    'Where an estimate is far off: CREATE STATISTICS on the columns or expressions that are filtered, grouped or made distinct together, or a statistics target of 1,000 where it is one column.',
  propose(slow) {
    if (!slow.findings.some(({ code }) => WRONG_ESTIMATES.has(code))) return [];
    const uses = shapeOf(slow.statement.parsed.tree, slow.relations).uses;
    return uses
      .filter(({ relation }) => relation.kind !== 'view' && relation.mayIndex)
      .flatMap((use) => [...onSeveralColumns(slow, use), ...finerTargets(slow, use)]);
  },
};

function onSeveralColumns(slow: SlowStatement, use: TableUse): Proposal[] {
  return [filtered(use), [...use.groupBy], [...use.distinct]]
    .map((columns) => [...new Set(columns)].slice(0, MAX_COLUMNS))
    .filter((columns) => columns.length > 1 || columns.some((column) => use.expressions.has(column)))
    .filter((columns) => !isCovered(use.relation, columns))
    .map((columns) => {
      const { relation } = use;
      // An expression stands in its parentheses already.
      const subjects = columns.map((column) => (use.expressions.has(column) ? column : quoteName(column)));
      const shown = `${quoteQualified(relation)} (${subjects.join(', ')})`;
      const why =
        columns.length > 1
          ? `the planner takes ${columns.join(' and ')} for independent`
          : `the planner knows nothing of ${columns.join()}`;
      return {
        id: `statistics ${shown}`,
        change: {
          summary: `extended statistics on ${shown}`,
          steps: [createStatisticsStep(slow, relation, subjects, columns), analyzeStep(relation)],
        },
        reason: why,
        probe: slow.statement.probe,
        estimatedGainMs: 0,
      };
    });
}

/** What a scan compares with constants: each multiplies the others' share in the estimate. */
function filtered({ equalities, ranges }: TableUse): string[] {
  return [...equalities.map(({ column }) => column), ...ranges.map(({ column }) => column)];
}

function isCovered({ statistics }: RelationFacts, columns: readonly string[]): boolean {
  return statistics.some((one) => columns.every((column) => one.columns.includes(column)));
}

/** A finer histogram and a longer list of common values, where one column is compared. */
function finerTargets(slow: SlowStatement, use: TableUse): Proposal[] {
  const columns = [...new Set(filtered(use))];
  const [column = ''] = columns;
  if (columns.length !== 1 || use.expressions.has(column)) return [];
  const { relation } = use;
  const table = quoteQualified(relation);
  const up = `ALTER TABLE ${table} ALTER COLUMN ${quoteName(column)} SET STATISTICS ${FINER_TARGET}`;
  const step = sqlStep(`statistics_target_${relation.name}_${column}`, up, {
    down: `ALTER TABLE ${table} ALTER COLUMN ${quoteName(column)} SET STATISTICS DEFAULT`,
  });
  return [
    {
      id: `statistics target ${table} (${quoteName(column)})`,
      change: {
        summary: `statistics target ${FINER_TARGET} of ${table} (${quoteName(column)})`,
        steps: [step, analyzeStep(relation)],
      },
      reason: `the planner does not know ${column} well enough`,
      probe: slow.statement.probe,
      estimatedGainMs: 0,
    },
  ];
}

/** All kinds at once (ndistinct, dependencies, MCV): which of them helps, the planner decides by itself. */
function createStatisticsStep(
  { takenNames }: SlowStatement,
  relation: RelationFacts,
  expressions: readonly string[],
  columns: readonly string[],
): SqlStep {
  const words = columns.map((column) => column.match(/\w+/)?.[0] ?? 'expr');
  const name = indexName(relation.name, words, (wished) =>
    takenNames.has(`${relation.schema}.${wished}`),
  ).replace(/_idx(\d*)$/, '_stat$1');
  const statistics = quoteQualified({ schema: relation.schema, name });
  const up = `CREATE STATISTICS ${statistics} ON ${expressions.join(', ')} FROM ${quoteQualified(relation)}`;
  return sqlStep(name, up, { down: `DROP STATISTICS IF EXISTS ${statistics}` });
}
