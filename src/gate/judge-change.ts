import type { Change } from '../change.ts';
import type { Environment } from './environment.ts';
import type { NameFacts } from './name-facts.ts';
import { judge, strictest, type Judgement } from './verdict.ts';

/** The verdict on every statement of a change; the strictest one is the change's. */
export function judgeChange(
  change: Change,
  environment: Environment,
  names: NameFacts | null = null,
): Judgement {
  const judgements = change.steps.map((step) => judge(step.up, environment, names));
  return {
    verdict: strictest(judgements.map(({ verdict }) => verdict)),
    statements: judgements.flatMap(({ statements }) => statements),
  };
}
