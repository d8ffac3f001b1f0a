import type { Change } from '../change.ts';
import type { Environment } from './environment.ts';
import { judge, type Judgement } from './verdict.ts';

/** The verdict on every statement of a change; the strictest one is the change's. */
export function judgeChange(change: Change, environment: Environment): Judgement {
  return judge(change.steps.map((step) => step.up).join(';\n'), environment);
}
