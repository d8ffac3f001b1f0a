import type { Observation } from '../../experiment.ts';
import type { WatchedCheck } from '../../monitoring/artifacts/watched.ts';
import { CHECKS } from '../../monitoring/checks/index.ts';
import { monitorSettings } from '../../monitoring/settings.ts';
import { lookOnce } from '../../watch/watch.ts';
import type { RunContext } from '../context.ts';

/** What the checks say of the target as it is, read once; rates and forecasts need more than that, and say so. */
export async function takeBaseline(run: RunContext): Promise<Observation> {
  const { config, target, series, now, signal, runId } = run;
  const read = monitorSettings(CHECKS, config.monitor);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('; '));
  const { round } = await lookOnce({
    target,
    checks: read.settings.checks,
    settings: read.settings,
    history: null,
    process: runId,
    clock: series.clock,
    now,
    signal,
    remark: (message) => run.emit({ type: 'phase', id: null, phase: 'try', message }),
  });
  const known = new Map(CHECKS.map((check) => [check.name, check]));
  const checks = round.checks.map((report): WatchedCheck => {
    const { summary, advice, unit } = known.get(report.name) ?? { summary: '', advice: '', unit: 'count' };
    const { name, area, state, level, message, threshold } = report;
    const observations = report.observations.map(({ subject, value, level: found, message: said }) => ({
      subject,
      value,
      level: found,
      message: said,
    }));
    return { name, area, state, level, message, threshold, summary, advice, unit, observations };
  });
  const seen = checks.filter(({ state }) => state === 'read');
  const breached = seen.filter(({ level }) => level === 'warning' || level === 'critical');
  const message = `${seen.length} of ${checks.length} checks can be read; ${breached.length === 0 ? 'none' : breached.map(({ name }) => name).join(', ')} would alert now`;
  return {
    accepted: true,
    reason: { code: 'baseline', message },
    observations: { checks, version: run.server.version, takenAt: run.now().toISOString() },
    where: 'the target',
  };
}
