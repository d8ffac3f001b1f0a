import type { Experiment, ExperimentName, Experiments, Observation } from '../../experiment.ts';
import type { RunContext } from '../context.ts';
import { proveConfiguration } from './prove-configuration.ts';
import { sampleConnections } from './sample-connections.ts';
import { stormPooler } from './storm-pooler.ts';
import { sweepPool } from './sweep-pool.ts';
import { startServer } from './start-server.ts';
import { takeBaseline } from './take-baseline.ts';

/** Each experiment by its name; a new one is one new file and its line here. */
const CONDUCTORS: {
  readonly [Name in ExperimentName]: (run: RunContext, request: Experiments[Name]) => Promise<Observation>;
} = {
  'prove-configuration': proveConfiguration,
  'sample-connections': sampleConnections,
  'start-server': startServer,
  'storm-pooler': stormPooler,
  'sweep-pool': sweepPool,
  'take-baseline': takeBaseline,
};

/** Tries what a proposal asks for, on servers of our own or by looking at the target; the target is never changed. */
export function conduct(run: RunContext, experiment: Experiment): Promise<Observation> {
  const conductor = CONDUCTORS[experiment.type] as (
    run: RunContext,
    request: Experiment,
  ) => Promise<Observation>;
  return conductor(run, experiment);
}
