const KILO = 1024;

/** Bytes of each unit. A GB has 1024³ bytes, as in PostgreSQL and as memory is sold; GiB says the same. */
export const SIZE_UNITS: ReadonlyMap<string, number> = new Map(
  [
    ['b', 'byte', 'bytes'],
    ['k', 'kb', 'ki', 'kib'],
    ['m', 'mb', 'mi', 'mib', 'meg', 'megs'],
    ['g', 'gb', 'gi', 'gib', 'gig', 'gigs', 'gigabyte', 'gigabytes'],
    ['t', 'tb', 'ti', 'tib', 'terabyte', 'terabytes'],
    ['p', 'pb', 'pi', 'pib'],
  ].flatMap((units, power) => units.map((unit) => [unit, KILO ** power] as const)),
);

export const KNOWN_UNITS = 'kB, MB, GB or TB';

/** `1,500` is fifteen hundred, `1,5` and `1.5` are one and a half; null for what is neither. */
export function readNumber(text: string): number | null {
  if (/^[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text)) return toNumber(text.replaceAll(',', ''));
  return /^[-−]?\d+(?:[.,]\d+)?$/.test(text) ? toNumber(text.replace(',', '.')) : null;
}

/** Bytes of `16 GB`; null for a text that is no size. */
export function readSize(text: string): number | null {
  const [, number = '', unit = ''] = /^\s*([-−]?\d[\d.,]*)\s*([a-z]+)\s*$/i.exec(text) ?? [];
  const factor = SIZE_UNITS.get(unit.toLowerCase());
  const value = readNumber(number);
  return factor === undefined || value === null ? null : Math.round(value * factor);
}

/** `16 GB`, `23.54 GB`, `0 bytes`: four digits. */
export function sizeText(bytes: number): string {
  const shown = ['PB', 'TB', 'GB', 'MB', 'kB'].map((unit, at) => [unit, KILO ** (5 - at)] as const);
  const [unit, factor] = shown.find(([, size]) => Math.abs(bytes) >= size) ?? ['bytes', 1];
  return `${(bytes / factor).toLocaleString('en-US', { maximumSignificantDigits: 4 })} ${unit}`;
}

function toNumber(text: string): number {
  return Number(text.replace('−', '-'));
}
