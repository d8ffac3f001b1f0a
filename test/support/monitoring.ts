import type { Check } from '../../src/monitoring/check.ts';
import type { Reading } from '../../src/monitoring/reading.ts';
import { reportOf, unreadReport, type CheckReport } from '../../src/monitoring/report.ts';
import type { AnyRow, Earlier, Past } from '../../src/monitoring/sample.ts';
import type { Threshold } from '../../src/monitoring/threshold.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { readChecks, type ReadRound } from '../../src/watch/read-checks.ts';
import { noteLook } from './proven-checks.ts';

export interface Look {
  /** Between two rounds: what a rate is made of. Without it there is one round, and no rate. */
  readonly meanwhile?: () => Promise<unknown>;
  /** How far apart the two rounds are said to be. */
  readonly seconds?: number;
  /** What the check remembers, made of the rows of this round: `(rows, at) => [{ at: at - 86_400, rows }]`. */
  readonly history?: (rows: readonly AnyRow[], at: number) => readonly Past<AnyRow>[];
  /** Instead of the check's own marks. */
  readonly threshold?: Partial<Threshold>;
}

/**
 * What a check says of a real database, asked as `pitstop monitor` asks, in a session of the URL's role. Counters of
 * other sessions arrive when those say `SELECT pg_stat_force_next_flush()` and end their transaction. At the end of a file
 * that is named there, `proven-checks.ts` asks what was seen.
 */
export async function look(url: string, check: Check, how: Look = {}): Promise<CheckReport> {
  const report = await lookOnce(url, check, how);
  noteLook(report);
  return report;
}

async function lookOnce(url: string, check: Check, how: Look): Promise<CheckReport> {
  const { meanwhile, seconds = 60, history } = how;
  const first = meanwhile === undefined ? null : await ask(url, check);
  await meanwhile?.();
  const { server, readings } = await ask(url, check);
  const [reading] = readings;
  if (reading === undefined) throw new Error('nothing was asked');
  const threshold = how.threshold === undefined ? check.threshold : { ...check.threshold!, ...how.threshold };
  if (reading.state !== 'read') return unreadReport(reading, threshold, server.at);
  const { rows } = reading;
  const past = history?.(rows, server.at) ?? [];
  return reportOf(
    reading,
    {
      rows,
      earlier: earlierOf(first?.readings[0], seconds),
      history: [...past, { at: server.at, rows }],
      server,
    },
    threshold,
  );
}

function earlierOf(reading: Reading | undefined, seconds: number): Earlier<AnyRow> {
  return reading?.state === 'read'
    ? { rows: reading.rows, seconds }
    : { missing: 'there is no earlier round' };
}

function ask(url: string, check: Check): Promise<ReadRound> {
  return withSession(parseTarget(url, {}), 'monitor', null, (session) =>
    readChecks(session, [check], { clock: () => performance.now() }),
  );
}

/** The observation about something; fails where there is none. */
export function about(report: CheckReport, subject: string) {
  const found = report.observations.find((observation) => observation.subject === subject);
  if (found === undefined)
    throw new Error(
      `${report.name} (${report.state}, ${report.message ?? 'read'}) says nothing about ${subject}, but about ${report.observations.map((one) => one.subject).join(', ') || 'nothing'}`,
    );
  return found;
}
