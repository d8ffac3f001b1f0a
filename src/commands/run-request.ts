import { ENVIRONMENTS } from '../gate/decide-environment.ts';
import type { RunRequest } from '../pipeline/run-request.ts';
import type { OptionValues, Outside } from './command.ts';
import { listOf, type Repository } from './project.ts';

/** A request that still lacks its database. */
export type Untargeted = Omit<RunRequest, 'target' | 'embedded'>;

/** What the options of a command say, as the pipeline takes it. */
export function requestOf(
  { actor, ask, clock, newId, now, signal, version }: Outside,
  options: OptionValues,
  { root, config, env, processEnv }: Repository,
  teller: Pick<RunRequest, 'runId' | 'emit'>,
): Untargeted {
  return {
    runId: teller.runId,
    version,
    root,
    config,
    purpose: 'run',
    options: {
      dryRun: options['dryRun'] === true,
      apply: options['apply'] !== false,
      redo: options['redo'] === true,
      commit: options['commit'] === true && options['dryRun'] !== true,
      push: options['push'] === true && options['dryRun'] !== true,
      takeOver: listOf(options['takeOver']),
      items: options['item'] === undefined ? null : listOf(options['item']),
    },
    declaredEnvironment: ENVIRONMENTS.find((name) => name === options['environment']) ?? null,
    lab: typeof options['lab'] === 'string' ? options['lab'] : null,
    approving: {
      ask: options['json'] === true ? null : ask,
      approveOnly: null,
      actor,
      newId,
    },
    env,
    processEnv,
    clock,
    now,
    emit: teller.emit,
    signal,
  };
}
