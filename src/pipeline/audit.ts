import type { AuditEvent } from '../audit/event.ts';
import { walkAuditLog } from '../audit/verify.ts';
import { anchorHead } from '../migration/audit-anchor.ts';
import type { RunContext } from './context.ts';

/** Writes an event into the working copy's log; a dry run changes nothing, so it has nothing to log. */
export async function note(run: RunContext, event: AuditEvent): Promise<void> {
  if (!run.options.dryRun) await run.audit.append(event);
}

/** The same, and keeps the log's head in the ledger: from there on the log cannot be rewritten unseen. The ledger is there. */
export async function noteAnchored(run: RunContext, event: AuditEvent): Promise<void> {
  await anchorHead(run.control, await run.audit.append(event));
}

/**
 * Where these bytes were applied before, by this working copy's log: `development, database shop, 2026-11-22`, the
 * latest last. It is the log's word, and shown as such.
 */
export async function readAppliedBefore(run: RunContext, upSha256: readonly string[]): Promise<string[]> {
  const places = new Map<string, string>();
  await walkAuditLog(run.root, ({ event, at, ...details }) => {
    const { environment, database, upSha256: bytes } = details as Readonly<Record<string, unknown>>;
    if (event !== 'apply-finished' || typeof bytes !== 'string' || !upSha256.includes(bytes)) return;
    places.set(`${String(environment)}, database ${String(database)}`, at.slice(0, 10));
  });
  return [...places].map(([place, day]) => `${place}, ${day}`);
}
