import type { HardwareProfile, SourcedProfile } from '../profile.ts';
import type { PartialProfile } from './claim.ts';

const GB = 1024 ** 3;

/** What holds where nobody knows: too little of a thing is slow, too much brings a server down. */
const ASSUMED: SourcedProfile = {
  memoryBytes: { value: GB, source: 'assumed: too little is safe' },
  cpus: { value: 2, source: 'assumed: few are safe' },
  storage: { value: 'ssd', source: 'assumed: what most servers have' },
  os: { value: 'linux', source: 'assumed: what most servers have' },
  container: { value: false, source: 'assumed' },
  workload: { value: 'mixed', source: 'assumed: nobody says' },
  connections: { value: null, source: 'nobody says; the setting of the server stands' },
  dataBytes: { value: null, source: 'not known' },
  freeBytes: { value: null, source: 'not known' },
  managed: { value: null, source: 'nobody says; taken for a server of one’s own' },
};

export interface MergedProfile {
  readonly profile: SourcedProfile;
  /** The values that nobody has given, measured or read: what depends on them should ask. */
  readonly guessed: readonly (keyof HardwareProfile)[];
}

/**
 * One profile of several sources, the first that has a value counts.
 * @param known what was given, detected, or told by the server
 * @param guesses what only suggests a value; they come after all that is known, and before what is assumed
 */
export function mergeProfile(
  known: readonly PartialProfile[],
  guesses: readonly PartialProfile[],
): MergedProfile {
  const names = Object.keys(ASSUMED) as (keyof HardwareProfile)[];
  const certain = names.filter((name) => known.some((source) => source[name] !== undefined));
  const merged = names.map((name) => {
    const [first] = [...known, ...guesses, ASSUMED].flatMap((source) => source[name] ?? []);
    return [name, first] as const;
  });
  const profile = Object.fromEntries(merged) as unknown as SourcedProfile;
  return {
    profile,
    guessed: names.filter((name) => !certain.includes(name) && profile[name].value !== null),
  };
}
