/** `1,234`, `0.5`, for sentences. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });
}

/** `87 %`; a share that is not all of it is never rounded up to 100. */
export function formatPercent(percent: number): string {
  const shown = percent < 100 ? Math.min(99.9, percent) : percent;
  return `${shown.toLocaleString('en-US', { maximumFractionDigits: shown < 10 || shown > 99 ? 1 : 0 })} %`;
}

const SPANS: readonly (readonly [seconds: number, singular: string])[] = [
  [365 * 86_400, 'year'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
];

/** `34 days`, `1.5 hours`, `12 s`: the largest unit that there is more than one of. */
export function formatSpan(seconds: number): string {
  const unit = SPANS.find(([length, name]) => seconds >= (name === 'year' ? 2 * length : length));
  if (unit === undefined) return `${formatCount(seconds)} s`;
  const [length, name] = unit;
  const count = formatCount(seconds / length);
  return `${count} ${name}${count === '1' ? '' : 's'}`;
}

/** `12 kB`, `3.4 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log(bytes || 1) / Math.log(1024))));
  return `${formatCount(bytes / 1024 ** step)} ${units[step] ?? ''}`;
}

/** `1 session`, `1,234 sessions`. */
export function formatCounted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
