import type { HardwareProfile } from '../profile.ts';
import type { Recommendation } from '../recommend.ts';
import type { TuningServer } from '../server.ts';

/** What is written down: a recommendation, what it is for, and what was measured of it. */
export interface TuningDocument {
  readonly profile: HardwareProfile;
  readonly server: TuningServer;
  readonly recommendation: Recommendation;
  /** By setting: what was measured, in one sentence. What is missing here is by rule. */
  readonly measured: ReadonlyMap<string, string>;
}

/** One way to give a server its settings. */
export interface TuningForm {
  readonly name: string;
  /** What it is, in a few words. */
  readonly label: string;
  /** Whose servers take it: one's own, those of Amazon's services, or anybody's, as a list of values. */
  readonly takenBy: 'own' | 'amazon' | 'anybody';
  readonly fileName: string;
  /** Ends with `.reverse` where all files with the ending of the other one count that lie beside it. */
  readonly reverseFileName: string;
  /** The file that makes the settings. */
  readonly write: (document: TuningDocument) => string;
  /** The file that takes them back: old values, and the version's default where nobody had set one. */
  readonly reverse: (document: TuningDocument) => string;
}
