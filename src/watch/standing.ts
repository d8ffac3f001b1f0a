import type { Check } from '../monitoring/check.ts';
import type { Reading } from '../monitoring/reading.ts';
import type { CheckReport } from '../monitoring/report.ts';

/** What came of a check when it was last asked in this session, by its name. */
export type Standing = ReadonlyMap<string, LastAnswer>;

interface LastAnswer {
  readonly reading: Reading;
  readonly report: CheckReport;
  /** Milliseconds, monotonic. */
  readonly askedMs: number;
}

/** Rounds come a little early or late; what is due within this share of its time is asked now. */
const GRACE = 0.05;

/** The checks that a round has to ask: those whose last answer does not stand any more. */
export function dueChecks(checks: readonly Check[], standing: Standing, nowMs: number): readonly Check[] {
  return checks.filter(({ name, standsFor = 0 }) => {
    const last = standing.get(name);
    return last === undefined || nowMs - last.askedMs >= (1 - GRACE) * 1_000 * standsFor;
  });
}

/** What stands after a round, in the order of the checks. */
export function standingAfter(
  checks: readonly Check[],
  before: Standing,
  round: {
    readonly readings: readonly Reading[];
    readonly reports: readonly CheckReport[];
    readonly nowMs: number;
  },
): Standing {
  const reports = new Map(round.reports.map((report) => [report.name, report]));
  const asked = new Map(round.readings.map((reading) => [reading.check.name, reading]));
  return new Map(
    checks.flatMap(({ name }) => {
      const [reading, report] = [asked.get(name), reports.get(name)];
      const answer =
        reading === undefined || report === undefined
          ? before.get(name)
          : { reading, report, askedMs: round.nowMs };
      return answer === undefined ? [] : [[name, answer] as const];
    }),
  );
}
