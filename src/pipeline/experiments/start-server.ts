import type { Experiments, Observation } from '../../experiment.ts';
import type { RunContext } from '../context.ts';

export async function startServer(
  _run: RunContext,
  _request: Experiments['start-server'],
): Promise<Observation> {
  throw new Error('not here yet');
}
