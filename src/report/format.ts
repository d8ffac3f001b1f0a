import type { Measurement, Speedup } from '../measure/measurement.ts';

/** `2,400 ms`, `4.2 ms`, `0.031 ms`: three significant digits, thousands separated. */
export function formatMs(ms: number): string {
  return `${formatNumber(ms)} ms`;
}

/** `2,400`, `4.2`, `0.031`: three significant digits, thousands separated. */
export function formatNumber(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `2,400 ms median (2,310–2,480, 12 runs; 41,210 blocks)`. */
export function formatMeasurement(measurement: Measurement, lowerBound = false): string {
  const { medianMs, ci95Ms, runs, sharedBlocks, where } = measurement;
  if (lowerBound) return `more than ${formatMs(medianMs)} (stopped there)`;
  const details = [
    `${formatNumber(ci95Ms[0])}–${formatNumber(ci95Ms[1])}, ${runs} ${runs === 1 ? 'run' : 'runs'}`,
    ...(sharedBlocks === null
      ? []
      : [`${formatCount(sharedBlocks)} ${sharedBlocks === 1 ? 'block' : 'blocks'}`]),
    ...(where === 'target' ? [] : [`measured in the ${where} lab`]),
  ];
  return `${formatMs(medianMs)} median (${details.join('; ')})`;
}

/** `98 % less time`, never rounded up to 100; `25 % more time`. */
export function formatSaving({ ratio }: Speedup): string {
  if (ratio < 1) return `${((1 / ratio - 1) * 100).toFixed(0)} % more time`;
  const percent = (1 - 1 / ratio) * 100;
  const shown =
    percent > 99.9 ? '> 99.9' : percent >= 99 ? percent.toFixed(1).replace(/\.0$/, '') : percent.toFixed(0);
  return `${shown} % less time`;
}

/** `53× as fast (48–58)`. */
export function formatSpeedup({ ratio, ci95 }: Speedup, lowerBound = false): string {
  return `${lowerBound ? 'at least ' : ''}${formatNumber(ratio)}× as fast (${formatNumber(ci95[0])}–${formatNumber(ci95[1])})`;
}

export function formatBytes(bytes: number): string {
  if (bytes >= 1024 ** 3) return `${formatNumber(bytes / 1024 ** 3)} GB`;
  if (bytes >= 1024 ** 2) return `${formatNumber(bytes / 1024 ** 2)} MB`;
  return `${formatNumber(bytes / 1024)} kB`;
}
