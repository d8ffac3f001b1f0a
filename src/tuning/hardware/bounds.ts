import type { HardwareProfile } from '../profile.ts';
import { sizeText } from './size.ts';

const MB = 1024 ** 2;
const TB = 1024 ** 4;

/** What a value can be in this world, and why not less or more. */
interface Bound {
  readonly name: keyof HardwareProfile;
  /** In the words of a message: `10 GB of memory`. */
  readonly say: (value: number) => string;
  readonly least: number;
  readonly most: number;
  readonly whyLeast: string;
  readonly whyMost: string;
}

const BOUNDS: readonly Bound[] = [
  {
    name: 'memoryBytes',
    say: (value) => `${sizeText(value)} of memory`,
    least: 256 * MB,
    most: 64 * TB,
    whyLeast: 'PostgreSQL 18 takes 150 MB with its defaults before anybody connects',
    whyMost: '46 bits of address are what machines have',
  },
  {
    name: 'cpus',
    say: (value) => `${value.toLocaleString('en-US')} ${value === 1 ? 'core' : 'cores'}`,
    least: 0.1,
    most: 768,
    whyLeast: 'a server gets nothing done with less than a tenth of a core',
    whyMost: 'the largest two sockets there are have 384 cores of two threads each',
  },
  {
    name: 'connections',
    say: (value) => `${value.toLocaleString('en-US')} ${value === 1 ? 'connection' : 'connections'}`,
    least: 1,
    most: 262_143,
    whyLeast: 'somebody has to connect',
    whyMost: 'max_connections goes no further',
  },
  {
    name: 'dataBytes',
    say: (value) => `${sizeText(value)} of data`,
    least: 0,
    most: 1024 * TB,
    whyLeast: 'there is no less than nothing',
    whyMost: 'one server holds no more than 1 PB',
  },
  {
    name: 'freeBytes',
    say: (value) => `${sizeText(value)} free`,
    least: 0,
    most: 1024 * TB,
    whyLeast: 'there is no less than nothing',
    whyMost: 'one server holds no more than 1 PB',
  },
];

/** Why a number cannot be that value of a profile; null where it can, and for values that are no numbers. */
export function impossible(name: keyof HardwareProfile, value: unknown): string | null {
  const bound = BOUNDS.find((candidate) => candidate.name === name);
  if (bound === undefined || typeof value !== 'number') return null;
  const { say, least, most, whyLeast, whyMost } = bound;
  if (!Number.isFinite(value)) return `${say(value)} is no number`;
  if (name === 'connections' && !Number.isInteger(value)) return `${say(value)} is no whole number`;
  if (value < least) return `${say(value)} is too little, at least ${say(least)}: ${whyLeast}`;
  if (value > most) return `${say(value)} is too much, at most ${say(most)}: ${whyMost}`;
  return null;
}
