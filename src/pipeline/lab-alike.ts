import type { RelationFacts, ResolvedRelation } from '../facts.ts';
import { readRelation } from '../pg/catalog/relations.ts';
import { quoteQualified } from '../sql/quote.ts';
import type { RunContext } from './context.ts';
import { Blocked } from '../outcome.ts';

/** How far the lab's row count may be from the target's, either way. */
const ROWS_FACTOR = 2;

/** The same relations in the lab. A lab with other columns, or with far fewer or more rows, proves nothing. */
export async function requireAlike(
  run: RunContext,
  relations: readonly ResolvedRelation[],
): Promise<ResolvedRelation[]> {
  const alike: ResolvedRelation[] = [];
  for (const { reference, relation } of relations) {
    const twin = await readRelation(run.labReader, { schema: relation.schema, name: relation.name });
    const difference = twin === null ? 'does not exist in the lab' : differenceOf(relation, twin);
    if (twin === null || difference !== null) {
      throw new Blocked(
        'no-lab',
        'lab-differs',
        `${quoteQualified(relation)} ${difference ?? 'differs'}; bring the lab up to date with the target`,
      );
    }
    alike.push({ reference, relation: twin });
  }
  return alike;
}

function differenceOf(target: RelationFacts, lab: RelationFacts): string | null {
  const columns = ({ columns: all }: RelationFacts) =>
    all.map(({ name, type }) => `${name} ${type}`).join(', ');
  if (columns(target) !== columns(lab))
    return `has other columns in the lab: ${columns(lab)} instead of ${columns(target)}`;
  if (target.rows === null || lab.rows === null || Math.max(target.rows, lab.rows) < 1000) return null;
  if (lab.rows * ROWS_FACTOR < target.rows || lab.rows > target.rows * ROWS_FACTOR) {
    return `has ${Math.round(lab.rows)} rows in the lab and ${Math.round(target.rows)} on the target`;
  }
  return null;
}
