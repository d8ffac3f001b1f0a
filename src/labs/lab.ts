import type { Proposal } from '../change.ts';
import type { Probe } from '../measure/probe.ts';
import type { Baseline, Trial, TrialReason } from '../trial.ts';

/** What a statement's text says about comparing its results. */
export interface ResultMeaning {
  readonly deterministic: boolean;
  readonly ordersTotally: boolean;
}

/** A place where a change can be tried without staying. */
export interface Lab {
  readonly name: string;
  /** Why this lab cannot host the proposal, or null. */
  unhosted(proposal: Proposal): TrialReason | null;
  baseline(probe: Probe): Promise<Baseline>;
  trial(proposal: Proposal, probe: Probe, meaning: ResultMeaning): Promise<Trial>;
}
