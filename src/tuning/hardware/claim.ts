import type { HardwareProfile, SourcedProfile } from '../profile.ts';
import { impossible } from './bounds.ts';
import { sizeText } from './size.ts';

/** Some values of a profile, each with where it comes from. */
export type PartialProfile = { readonly [Name in keyof HardwareProfile]?: SourcedProfile[Name] };

/** Somebody says a value, in some words. */
export interface Claim {
  readonly name: keyof HardwareProfile;
  readonly value: string | number | boolean;
  /** The words that say it, for messages and as source. */
  readonly text: string;
}

/** Of values that do not exclude each other the one that says more; the second gives way to the first. */
const SAYS_MORE: readonly (readonly [keyof HardwareProfile, string, string])[] = [
  ['storage', 'nvme', 'ssd'],
  ['storage', 'san', 'ssd'],
  ['managed', 'aurora', 'rds'],
  ...['rds', 'aurora', 'cloud-sql', 'azure', 'supabase', 'neon'].map(
    (service) => ['managed', service, 'other'] as const,
  ),
  // A web application's transactions.
  ['workload', 'oltp', 'web'],
];

const IN_WORDS: Readonly<Record<keyof HardwareProfile, string>> = {
  memoryBytes: 'memory',
  cpus: 'cores',
  storage: 'storage',
  os: 'operating system',
  container: 'container',
  workload: 'workload',
  connections: 'connections',
  dataBytes: 'size of the data',
  freeBytes: 'free space',
  managed: 'managed service',
};

/** The values that are claimed, or what is wrong with the claims: what cannot be, and what contradicts itself. */
export function settle(claims: readonly Claim[]): {
  readonly given: PartialProfile;
  readonly problems: readonly string[];
} {
  const names = [...new Set(claims.map(({ name }) => name))];
  const settled = names.map((name) => settleOne(claims.filter((claim) => claim.name === name)));
  return {
    given: Object.fromEntries(settled.flatMap(({ claim }) => (claim === null ? [] : [asGiven(claim)]))),
    problems: [
      ...claims.flatMap(({ name, value, text }) => {
        const why = impossible(name, value);
        return why === null ? [] : [`"${text}": ${why}`];
      }),
      ...settled.flatMap(({ problem }) => problem ?? []),
    ],
  };
}

function settleOne(claims: readonly Claim[]): { claim: Claim | null; problem: string | null } {
  const [first, ...others] = claims.filter((claim) => !claims.some((other) => givesWay(claim, other)));
  if (first === undefined) return { claim: null, problem: null };
  const other = others.find(({ value }) => value !== first.value);
  if (other === undefined) return { claim: first, problem: null };
  const hint = first.name === 'workload' ? '; both at once is mixed' : '';
  const words = [first, other].map(({ text, value }) => `"${text}" (${valueText(first.name, value)})`);
  return { claim: null, problem: `${IN_WORDS[first.name]}: ${words.join(' contradicts ')}${hint}` };
}

function givesWay(claim: Claim, other: Claim): boolean {
  return SAYS_MORE.some(
    ([name, more, less]) => claim.name === name && claim.value === less && other.value === more,
  );
}

function valueText(name: keyof HardwareProfile, value: Claim['value']): string {
  return name.endsWith('Bytes') && typeof value === 'number' ? sizeText(value) : String(value);
}

function asGiven({ name, value, text }: Claim): [string, { value: unknown; source: string }] {
  return [name, { value, source: `given: ${text}` }];
}
