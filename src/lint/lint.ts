import type { Statement } from '../sql/parse.ts';
import { NO_FACTS, relationOf } from './facts.ts';
import { effectOf } from './lock/effect-of.ts';
import type { Effect } from './lock/effect.ts';
import type { Relation } from './parts.ts';
import type { LintContext, LintFinding } from './rule.ts';
import { RULES } from './rules/index.ts';
import { Progress } from './situation.ts';

/** A statement, what it does to others, and what there is to say about it. */
export interface LintedStatement {
  readonly sql: string;
  readonly effect: Effect;
  readonly findings: readonly LintFinding[];
}

/** Nobody knows how the text is run, and no database was asked. */
export const UNKNOWN_CONTEXT: LintContext = { inTransaction: null, runner: 'unknown', facts: NO_FACTS };

/**
 * Looks at statements in their order. Comments silence nothing, and nothing that is found here changes what the gate
 * says.
 */
export function lint(
  statements: readonly Statement[],
  context: LintContext = UNKNOWN_CONTEXT,
): LintedStatement[] {
  const progress = new Progress(context.inTransaction);
  const isInUse = (relation: Relation) =>
    !progress.isNew(relation) && relationOf(context.facts, relation)?.isEmpty !== true;
  return statements.map(({ tree, sql }) => {
    const effect = effectOf(tree, context.facts);
    const subject = {
      tree,
      sql,
      effect,
      isInUse,
      before: progress,
      context,
      isAlone: statements.length === 1,
    };
    const findings: LintFinding[] = [];
    for (const { name, find } of RULES)
      for (const found of find(subject)) findings.push({ rule: name, ...found });
    progress.advance(tree, effect);
    return { sql, effect, findings };
  });
}
