import pc from 'picocolors';
import { sizeText } from '../tuning/hardware/size.ts';
import type { HardwareProfile, SourcedProfile } from '../tuning/profile.ts';
import { printable } from './printable.ts';

type Name = keyof HardwareProfile;

/** What each value is called, in the order in which they are told. */
const TITLES: readonly (readonly [Name, string])[] = [
  ['memoryBytes', 'memory'],
  ['cpus', 'cores'],
  ['storage', 'storage'],
  ['os', 'system'],
  ['container', 'container'],
  ['workload', 'workload'],
  ['connections', 'connections'],
  ['dataBytes', 'data'],
  ['freeBytes', 'free'],
  ['managed', 'managed by'],
];

/** A profile for people: a line for each value, with where it comes from; `?` before what nobody has said or measured. */
export function hardwareText(profile: SourcedProfile, guessed: readonly Name[], color: boolean): string {
  const paint = pc.createColors(color);
  const rows = TITLES.map(([name, title]) => {
    const { value, source } = profile[name];
    const mark = guessed.includes(name) ? paint.yellow('?') : ' ';
    return { mark, title, value: valueText(name, value), source: printable(source) };
  });
  const width = Math.max(...rows.map(({ value }) => value.length));
  return rows
    .map(({ mark, title, value, source }) => {
      const start = `${mark} ${title.padEnd(12)}${value.padEnd(width)}  `;
      return `${start}${paint.dim(source)}\n`;
    })
    .join('');
}

function valueText(name: Name, value: HardwareProfile[Name]): string {
  if (value === null) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  return name.endsWith('Bytes') ? sizeText(value) : value.toLocaleString('en-US');
}
