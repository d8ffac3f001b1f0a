import type { SettingAdvice } from '../setting.ts';
import type { TuningServer } from '../server.ts';
import type { StartReport } from '../start/report.ts';
import type { ServerComparison } from './comparison.ts';

/** What is handed out of a recommendation once it has been tried. */
export interface SettledConfiguration {
  readonly settings: readonly SettingAdvice[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

interface Tried {
  readonly start: StartReport;
  readonly comparison: ServerComparison | null;
}

/**
 * Leaves out what a server does not start with, and what made the user's own statements worse. A name or value that only
 * our build does not have stays where the user's own server has said that it does.
 * @param isOwn whether the statements are the user's: what a built-in mix loses is told, and decides nothing
 */
export function settle(
  advised: readonly SettingAdvice[],
  server: TuningServer,
  tried: Tried | null,
  isOwn: boolean,
): SettledConfiguration {
  const leftOut =
    tried === null ? [] : [...refusals(tried.start, server), ...(isOwn ? losses(tried.comparison) : [])];
  const gone = new Set(leftOut.map(({ name }) => name));
  return { settings: advised.filter(({ name }) => !gone.has(name)), leftOut };
}

function refusals({ refused }: StartReport, server: TuningServer): SettledConfiguration['leftOut'] {
  return refused
    .filter(({ kind }) => kind === 'conflict' || server.offline)
    .map(({ name, message }) => ({ name, why: `a server does not start with it: ${message}` }));
}

function losses(comparison: ServerComparison | null): SettledConfiguration['leftOut'] {
  return (comparison?.settings ?? []).flatMap((setting) =>
    setting.evidence === 'measured' && setting.better === false && setting.together.length === 0
      ? [{ name: setting.name, why: `it makes the statements worse: ${setting.label} ${words(setting)}` }]
      : [],
  );
}

function words({ before, after }: { readonly before: number; readonly after: number }): string {
  const [one, other] = [before, after].map((value) => Number(value.toPrecision(3)).toLocaleString('en-US'));
  return `for each transaction from ${one} to ${other}`;
}
