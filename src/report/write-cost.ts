import { growthOf, type UpdateCost, type WriteCost } from '../measure/write-cost.ts';
import { formatMs } from './format.ts';

/** Without the size: `insert cost +3 % WAL, +5 % time; HOT updates 98 % → 0 % for updates of status`. */
export function formatWriteCost(cost: WriteCost): string {
  const { buildMs, insert, updates } = cost;
  const inserted = [
    ...(insert.walBytesPerRow === null ? [] : [`${formatChange(growthOf(insert.walBytesPerRow))} WAL`]),
    `${formatChange(growthOf(insert.msPerThousand))} time`,
  ];
  return [
    ...(buildMs === null ? [] : [`built in ${formatMs(buildMs)}`]),
    `insert cost ${inserted.join(', ')}`,
    ...updates.flatMap(formatUpdate),
  ].join('; ');
}

/** Only what the index changes: updates that stay as they were are not worth a word. */
function formatUpdate({ columns, covered, hotShare, walBytesPerRow }: UpdateCost): string[] {
  if (!covered) return [];
  const of = `for updates of ${columns.join(', ')}`;
  const log = walBytesPerRow === null ? '' : `, ${formatChange(growthOf(walBytesPerRow))} WAL`;
  if (hotShare === null) return log === '' ? [] : [`update cost ${log.slice(2)} ${of}`];
  return [`HOT updates ${formatShare(hotShare.without)} → ${formatShare(hotShare.with)}${log} ${of}`];
}

/** `+3 %`, `-1 %`, `±0 %`. */
function formatChange(growth: number): string {
  const percent = Math.round(growth * 100);
  return `${percent > 0 ? '+' : percent < 0 ? '' : '±'}${percent} %`;
}

function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}
