import type { Change } from '../change.ts';
import type { Environment } from '../gate/environment.ts';
import { judgeChange } from '../gate/judge-change.ts';
import type { Judgement } from '../gate/verdict.ts';
import { readNameFacts } from '../pg/catalog/deciding-names.ts';
import type { Session } from '../pg/session.ts';
import { statementsOrNone } from '../sql/parse.ts';

/** The gate's verdict on a change, with what its names mean in the database where it would run. */
export async function judgeIn(
  session: Session,
  change: Change,
  environment: Environment,
): Promise<Judgement> {
  const trees = change.steps.flatMap(({ up }) => statementsOrNone(up).map(({ tree }) => tree));
  return judgeChange(change, environment, await readNameFacts(session, trees));
}
