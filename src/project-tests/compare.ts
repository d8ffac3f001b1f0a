import { printable } from '../report/printable.ts';
import type { Inline } from '../task/edit.ts';
import { isGood, MOST_NAMES, type TestReport } from './report.ts';

export interface Comparison {
  /** `worse`: something fails, or does not run any more, that did before the change. `unknown`: nobody knows how it was. */
  readonly verdict: 'passed' | 'as-before' | 'worse' | 'unknown';
  /** Names of what fails now and did not before; may be empty although it is worse, where the output has no names. */
  readonly newlyFailing: readonly string[];
  /** One sentence for people; it says what is worse, where something is. */
  readonly message: string;
  /** The value of the **Tests** field. */
  readonly field: readonly Inline[];
}

/** The tests before and after a change. */
export interface TestedChange {
  /** Null where they were not run before it. */
  readonly before: TestReport | null;
  readonly after: TestReport;
  readonly comparison: Comparison;
}

const NAMES_SHOWN = 3;

/** Compares the tests after a change with those before it; null where they were not run before. */
export function compareReports(before: TestReport | null, after: TestReport): Comparison {
  if (isGood(after)) {
    const field = [`✅ ${after.summary} (`, { code: printable(after.command) }, ')'];
    return { verdict: 'passed', newlyFailing: [], message: after.summary, field };
  }
  if (before === null) {
    const message = `${after.summary}; they were not run before the change`;
    return { verdict: 'unknown', newlyFailing: [], message, field: [`⚠️ ${message}`] };
  }
  const known = new Set(before.failing);
  const newlyFailing = after.failing.filter((name) => !known.has(name));
  const worse = whatIsWorse(before, after, newlyFailing);
  if (worse === null) {
    const too = before.failed > 0 ? ` (${before.failed} failed before too)` : '';
    const message = `${after.summary}, as before the change${too}`;
    return { verdict: 'as-before', newlyFailing: [], message, field: [`⚠️ ${message}`] };
  }
  const message = `${after.summary}; ${worse}`;
  if (newlyFailing.length === 0) return { verdict: 'worse', newlyFailing, message, field: [`❌ ${message}`] };
  const shown = newlyFailing.slice(0, NAMES_SHOWN).map((name): Inline => ({ code: printable(name) }));
  const more = newlyFailing.length - shown.length;
  return {
    verdict: 'worse',
    newlyFailing,
    message,
    field: [
      `❌ ${after.summary}; newly failing: `,
      ...shown.flatMap((name, at) => (at === 0 ? [name] : [', ', name])),
      ...(more > 0 ? [` and ${more} more`] : []),
    ],
  };
}

function whatIsWorse(before: TestReport, after: TestReport, newlyFailing: readonly string[]): string | null {
  const named = newlyFailing.length > 0 ? `newly failing: ${listed(newlyFailing)}` : null;
  if (isGood(before)) return named ?? 'they passed before the change';
  if (after.timedOut && !before.timedOut) return 'they ended before the change';
  if (before.counted && !after.counted) return `before the change ${before.summary}`;
  if (!after.counted) return after.code === before.code ? null : `before the change ${before.summary}`;
  // A broken build or a missing service before says nothing about single tests.
  if (!before.counted) return null;
  if (named !== null && isNamed(before)) return named;
  if (after.failed > before.failed || after.passed < before.passed)
    return named ?? `before the change ${before.summary}`;
  return null;
}

/** Whether what failed has names, and the list was not cut. */
function isNamed({ failing, failed }: TestReport): boolean {
  return failed === 0 || (failing.length > 0 && failing.length < MOST_NAMES);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map(printable).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}
