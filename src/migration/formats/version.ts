/** Numbers in file names that are points in time, by how many digits they have. */
const STAMPS: Readonly<Record<number, Stamp>> = {
  10: { read: (digits) => Number(digits) * 1000, write: (ms) => String(Math.floor(ms / 1000)) },
  13: { read: Number, write: String },
  14: { read: readUtc, write: (ms) => utcDigits(ms).slice(0, 14) },
  17: { read: readUtc, write: utcDigits },
};

interface Stamp {
  read(digits: string): number;
  write(ms: number): string;
}

/** What a tool's own command begins with in an empty folder. */
export type FirstVersion = 'utc-seconds' | 'utc-milliseconds' | { readonly sequence: string };

/**
 * Numbers for new migrations, one for each time, all above those that are there: tools apply in the order of the
 * numbers, and some never look below the highest one that they have applied. The folder's own style goes on: a
 * sequence keeps its digits, times their form.
 */
export function nextVersions(
  present: readonly string[],
  times: readonly Date[],
  first: FirstVersion,
): string[] {
  const highest = present.toSorted(byNumber).at(-1) ?? null;
  if (highest === null && typeof first === 'object') return countUp(first.sequence, 0n, times);
  const digits = highest?.length ?? (first === 'utc-milliseconds' ? 17 : 14);
  const stamp = STAMPS[digits];
  const latest = highest === null || stamp === undefined ? -Infinity : stamp.read(highest);
  if (stamp === undefined || Number.isNaN(latest)) return countUp(highest ?? '', 1n, times);
  const start = times[0]?.getTime() ?? 0;
  const shift = Math.max(0, latest + 1000 - start);
  return times.map((time) => stamp.write(time.getTime() + shift));
}

function countUp(from: string, skip: bigint, times: readonly Date[]): string[] {
  return times.map((_time, at) => String(BigInt(from) + skip + BigInt(at)).padStart(from.length, '0'));
}

function byNumber(a: string, b: string): number {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** `20261122101500750`, UTC. */
function utcDigits(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, '');
}

function readUtc(digits: string): number {
  const [, date, time, ms = ''] = /^(\d{8})(\d{6})(\d{0,3})$/.exec(digits) ?? [];
  if (date === undefined || time === undefined) return Number.NaN;
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  const clock = `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
  return Date.parse(`${day}T${clock}.${ms.padEnd(3, '0')}Z`);
}

/** The numbers that file names (or folders' names) begin with. */
export function numbersOf(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) => pattern.exec(path)?.[1] ?? []);
}
