import type { SettingFacts } from './setting.ts';
import { scaleOf } from './units.ts';

/** A value of `pg_settings` as `postgresql.conf` takes it: `524288` of `8kB` is `4GB`, `900` of `s` is `15min`. */
export function formatSetting(inUnit: string, facts: Pick<SettingFacts, 'unit' | 'type'>): string {
  if (facts.type !== 'integer' && facts.type !== 'real') return inUnit;
  const value = Number(inUnit);
  const { factor, units, kind } = scaleOf(facts);
  // Zero and what is negative mean something of their own, whatever the unit.
  if (kind === 'count' || value <= 0 || !Number.isFinite(value)) return inUnit;
  const base = value * factor;
  const fitting = Object.entries(units)
    .filter(([name, size]) => name !== 'd' && base >= size && Number.isInteger(base / size))
    .at(-1);
  return fitting === undefined ? `${inUnit}${facts.unit ?? ''}` : `${base / fitting[1]}${fitting[0]}`;
}

/** `1 core`, `2.5 cores`. */
export function formatCores(cpus: number): string {
  return cpus === 1 ? '1 core' : `${cpus} cores`;
}
