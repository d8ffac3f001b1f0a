import { parseStatements } from '../sql/parse.ts';
import type { Statement } from '../sql/parse.ts';
import type { StatementClass } from './classes/class.ts';
import { together } from './classes/class.ts';
import { classify } from './classes/index.ts';
import type { Environment } from './environment.ts';
import type { NameFacts } from './name-facts.ts';
import { hiddenEffects, reachIn, type Reach } from './reached.ts';

/** `gate`: a person has to approve; `refuse`: nobody can. */
export type Verdict = 'allow' | 'gate' | 'refuse';

interface JudgedStatement {
  /** The exact text. */
  readonly sql: string;
  readonly verdict: Verdict;
  readonly class: StatementClass;
  /** Why, for people; at least one. */
  readonly reasons: readonly string[];
}

export interface Judgement {
  /** The strictest of the statements' verdicts. */
  readonly verdict: Verdict;
  readonly statements: readonly JudgedStatement[];
}

/** What may run unapproved. */
const CHANGES = new Set<StatementClass>(['read', 'session', 'maintenance', 'additive', 'data']);
const ALLOWED: Readonly<Record<Environment, ReadonlySet<StatementClass>>> = {
  development: CHANGES,
  test: CHANGES,
  staging: CHANGES,
  production: new Set<StatementClass>(['read', 'session']),
};

/** In bytes of UTF-8. Nobody reads more than that before approving it. */
const LARGEST_TEXT = 1024 * 1024;

/**
 * What the gate says of a text of SQL: from the parse tree, the strictest statement wins, and whatever is not
 * understood whole needs an approval. Needs `loadParser()` before.
 * @param names what the target says of the names in the text. It makes a verdict stricter where a name leads to code
 *   that the text does not show, and clears the call of a function only where all of its code was seen to read.
 */
export function judge(sql: string, environment: Environment, names: NameFacts | null = null): Judgement {
  if (Buffer.byteLength(sql, 'utf8') > LARGEST_TEXT) return refuseAll(sql, 'the text is larger than 1 MiB');
  try {
    const statements = parseStatements(sql);
    if (statements.length === 0) return refuseAll(sql, 'there is no statement in the text');
    const reach = names === null ? null : reachIn(names);
    const judged = statements.map((statement) => judgeStatement(statement, environment, reach));
    return { verdict: strictest(judged.map(({ verdict }) => verdict)), statements: judged };
  } catch (error) {
    // Whatever stops the gate from judging, deep nesting too, stops the text.
    return refuseAll(sql, error instanceof Error ? error.message : String(error));
  }
}

function judgeStatement(
  { tree, sql }: Statement,
  environment: Environment,
  reach: Reach | null,
): JudgedStatement {
  const isHarmless = reach?.isHarmless ?? (() => false);
  const { class: className, reasons } = together(
    classify(tree, { sql, depth: 0, isHarmless, classify }),
    ...(reach === null ? [] : hiddenEffects(tree, reach)),
  );
  const verdict = verdictOf(className, environment);
  const onProduction =
    verdict === 'gate' && CHANGES.has(className) ? ['every change on production needs an approval'] : [];
  return { sql, verdict, class: className, reasons: [...reasons, ...onProduction] };
}

function verdictOf(className: StatementClass, environment: Environment): Verdict {
  if (className === 'refuse') return 'refuse';
  return ALLOWED[environment].has(className) ? 'allow' : 'gate';
}

/** Refuse before gate before allow. */
export function strictest(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('refuse')) return 'refuse';
  return verdicts.includes('gate') ? 'gate' : 'allow';
}

function refuseAll(sql: string, reason: string): Judgement {
  return { verdict: 'refuse', statements: [{ sql, verdict: 'refuse', class: 'refuse', reasons: [reason] }] };
}
