import type { RunEvent } from '../events.ts';

/** One line of `run --json`. */
export function eventLine(event: RunEvent, envelope: { runId: string; seq: number; ts: Date }): string {
  const { type, ...rest } = event;
  const { runId, seq, ts } = envelope;
  return `${JSON.stringify({ type, schemaVersion: 1, seq, ts: ts.toISOString(), runId, ...rest })}\n`;
}
