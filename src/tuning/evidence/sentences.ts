import { formatBytes, formatCount } from '../../report/format.ts';
import type { MeasuredSetting, SettingEvidence } from './evidence.ts';

/** What was measured of each setting, in one sentence; settings that showed nothing are not there. */
export function measuredSentences(evidence: readonly SettingEvidence[]): ReadonlyMap<string, string> {
  const measured = evidence.filter((one): one is MeasuredSetting => one.evidence === 'measured');
  return new Map(measured.map((one) => [one.name, sentenceOf(one)]));
}

function sentenceOf({ counter, label, unit, before, after, together }: MeasuredSetting): string {
  const others = together.length === 0 ? '' : `, together with ${together.join(', ')}`;
  if (counter === 'plans') return `${formatCount(after)} ${label}${others}`;
  const shown = (value: number) => (unit === 'bytes' ? formatBytes(value) : round(value));
  return `${label} for each transaction ${shown(before)} → ${shown(after)}${others}`;
}

function round(value: number): string {
  return value >= 100 ? formatCount(Math.round(value)) : String(Number(value.toPrecision(3)));
}
