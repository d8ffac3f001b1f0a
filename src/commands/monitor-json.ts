import type { Look } from '../watch/watch.ts';

/** A round as `--json` prints it: the whole document of `--once`, one line of `--interval`. */
export function roundDocument({ round }: Look, remarks: readonly string[]) {
  const { server, checks, alerts, level, tookMs } = round;
  return {
    schemaVersion: 1,
    type: 'round',
    at: isoTime(server.at),
    up: true,
    level,
    server: {
      version: server.versionNumber,
      database: server.database,
      systemIdentifier: server.systemIdentifier,
      startedAt: isoTime(server.startedAt),
      inRecovery: server.inRecovery,
      timeline: server.timeline,
      role: server.role,
    },
    tookMs,
    remarks,
    alerts: alerts.map((alert) => ({ ...alert, since: alert.since === null ? null : isoTime(alert.since) })),
    checks: checks.map(({ askedAt, ...check }) => ({ ...check, askedAt: isoTime(askedAt) })),
  };
}

/** A line of `--interval` while the server does not answer; one when it is lost, none until it is back. */
export function lostDocument(at: Date, error: { readonly code: string; readonly message: string }) {
  return { schemaVersion: 1, type: 'lost', at: at.toISOString(), up: false, error };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
