import type { SettingAdvice } from '../setting.ts';
import type { Configuration } from './configuration.ts';
import type { Adaptation } from './held-back.ts';
import type { Refusal } from './refusals.ts';

/** What became of a configuration that a server was to start with. */
export interface StartReport {
  /** What the server runs with: the proposal, but for what it refused and what was adapted. */
  readonly tried: Configuration;
  /** What this build of the server does not take, in its own words. */
  readonly refused: readonly Refusal[];
  /** What this machine is too small for, or what a trial has to have otherwise. */
  readonly adapted: readonly Adaptation[];
  /** What it takes for each tried setting to count, as the server says it. */
  readonly takes: Readonly<Record<string, SettingAdvice['takes']>>;
  /** What the server started with, and does not follow as it stands there. */
  readonly warnings: readonly string[];
}
