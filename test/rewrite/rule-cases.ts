import type { RewriteRule } from '../../src/rewrite/rule.ts';

/** What a rule is held to, on a real server. Each list has to have something: that is what makes a rule trusted. */
export interface RuleCases {
  readonly rule: RewriteRule;
  readonly data: CaseData;
  /** Statements that the rule must rewrite, with what one of its texts has to look like on one line. */
  readonly applies: NonEmpty<readonly [sql: string, as: string | RegExp, asked?: Asked]>;
  /** Statements in which one precondition does not hold. */
  readonly refuses: NonEmpty<readonly [why: string, sql: string]>;
  /** What the rule would make if it did not look: the same on innocent data, and not on others. */
  readonly reveals: NonEmpty<readonly [why: string, sql: string, naive: string, asked?: Asked]>;
}

type NonEmpty<Element> = readonly [Element, ...Element[]];

/** How a statement is asked. */
export interface Asked {
  /** Sets of values for its placeholders; one that is empty where nothing is said. */
  readonly params?: readonly (readonly unknown[])[];
  /** Whether ORDER BY leaves no two rows equal: they are compared as a sequence then. */
  readonly ordered?: boolean;
}

/** Tables, and how their rows may get worse. */
export interface CaseData {
  readonly name: string;
  /** Tables with innocent rows: they do not tell a wrong rewrite from a right one. */
  readonly schema: string;
  /** What makes the rows less innocent, as far as the constraints allow. */
  readonly states: Readonly<Record<string, string>>;
  /** Time zones of the session. */
  readonly zones: readonly [string, ...string[]];
}
