import { AREAS } from '../src/monitoring/areas.ts';
import type { Check } from '../src/monitoring/check.ts';
import { CHECKS } from '../src/monitoring/checks/index.ts';
import type { Unit } from '../src/monitoring/threshold.ts';

const BEGIN = '<!-- Written by `npm run docs` from the code; do not edit. -->';
const END = '<!-- End of what is written from the code. -->';

/** `docs/monitoring.md` with the tables of the checks as the code has them; the rest of the page as it is. */
export function withChecks(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('docs/monitoring.md has no place for the checks');
  const parts = AREAS.flatMap((area) => {
    const checks = CHECKS.filter((check) => check.area === area);
    return checks.length === 0 ? [] : [`### ${title(area)}`, table(checks), marks(checks)];
  });
  return `${page.slice(0, begin)}${[BEGIN, ...parts, END].join('\n\n')}${page.slice(end + END.length)}`;
}

const ACRONYMS: Readonly<Record<string, string>> = { wal: 'WAL', io: 'I/O' };

function title(area: string): string {
  return ACRONYMS[area] ?? `${area.charAt(0).toUpperCase()}${area.slice(1)}`;
}

function table(checks: readonly Check[]): string {
  const rows = checks.map((check) => [
    `\`${check.name}\``,
    check.summary,
    thresholdWords(check),
    scopeWords(check),
    needsWords(check),
    check.advice,
  ]);
  return lines(['check', 'what it looks at', 'warning, critical', 'of', 'needs', 'what to do'], rows);
}

function scopeWords({ scope, standsFor = 0 }: Check): string {
  const whose = scope === 'cluster' ? 'server' : 'database';
  return standsFor === 0 ? whose : `${whose}, every ${standsFor / 60} min`;
}

/** Where the marks come from, and the names of the metrics. */
function marks(checks: readonly Check[]): string {
  const rows = checks.map(({ name, threshold, metrics }) => [
    `\`${name}\``,
    threshold?.source ?? '–',
    metrics.map((metric) => `\`pitstop_${metric.name}\``).join(', ') || '–',
  ]);
  return lines(['check', 'the marks are those of', 'metrics'], rows);
}

const UNITS: Readonly<Partial<Record<Unit, string>>> = {
  percent: ' %',
  count: '',
  seconds: ' s',
  milliseconds: ' ms',
  'per second': '/s',
  'per minute': '/min',
  'per hour': '/h',
};

function thresholdWords({ threshold, unit }: Check): string {
  if (threshold === null) return 'says itself';
  const { warning, critical, direction, raiseAfter } = threshold;
  const sign = direction === 'above' ? '≥' : '≤';
  const shown = [warning, critical].map((mark) => (mark === null ? '–' : amount(mark, unit))).join(', ');
  const patience =
    raiseAfter === undefined ? '' : `; after ${raiseAfter} ${raiseAfter === 1 ? 'round' : 'rounds'}`;
  return `${sign} ${shown}${patience}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

function amount(mark: number, unit: Unit): string {
  if (unit !== 'bytes' && unit !== 'bytes per second')
    return `${mark.toLocaleString('en-US', { maximumFractionDigits: 4 })}${UNITS[unit] ?? ` ${unit}`}`;
  const step = mark === 0 ? 0 : Math.min(4, Math.floor(Math.log(mark) / Math.log(1024)));
  const number = (mark / 1024 ** step).toLocaleString('en-US', { maximumFractionDigits: 1 });
  return `${number} ${BYTE_UNITS[step] ?? ''}${unit === 'bytes' ? '' : '/s'}`;
}

function needsWords({ needs = {}, sql }: Check): string {
  const oldest = sql[0]?.from ?? 14;
  const words = [
    ...(oldest > 14 ? [`PostgreSQL ${oldest}`] : []),
    ...(needs.role === undefined ? [] : [`\`${needs.role}\``]),
    ...(needs.extension === undefined ? [] : [`\`${needs.extension}\``]),
    ...(needs.volumes === undefined ? [] : ['the server on this machine, or `monitor.disk`']),
    ...(needs.server === undefined ? [] : [`a ${needs.server}`]),
  ];
  return words.join(', ') || '–';
}

function lines(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
