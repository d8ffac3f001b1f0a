import type { CheckReport } from '../report.ts';

/** What a check says of a server as it is, as far as rules and dashboards are made of it. Plain data. */
export interface WatchedCheck extends Pick<
  CheckReport,
  'name' | 'area' | 'state' | 'level' | 'message' | 'threshold'
> {
  readonly summary: string;
  readonly advice: string;
  readonly unit: string;
  readonly observations: readonly {
    readonly subject: string;
    readonly value: number | null;
    readonly level: string;
    readonly message: string;
  }[];
}

/** `connections-used` → `Connections used` */
export function titleOf({ name }: Pick<WatchedCheck, 'name'>): string {
  return capital(name.replaceAll('-', ' '));
}

/** Words of a check as sentences: they are written without capital and full stop. */
export function sentences(...texts: readonly string[]): string {
  return texts.map((text) => `${capital(text.replace(/\.$/, ''))}.`).join(' ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Those that can be seen: what is not visible, or does not apply to this server, would make a rule that never fires. */
export function visible(checks: readonly WatchedCheck[]): readonly WatchedCheck[] {
  return checks.filter(({ state }) => state === 'read');
}

/** The checks by area, both in the order in which they came. */
export function byArea(checks: readonly WatchedCheck[]): (readonly [WatchedCheck['area'], WatchedCheck[]])[] {
  const areas = [...new Set(checks.map(({ area }) => area))];
  return areas.map((area) => [area, checks.filter((check) => check.area === area)] as const);
}
