import { join } from 'node:path';
import { openAuditLog } from '../audit/log.ts';
import { STATE_FOLDER } from '../files/state-folder.ts';
import { readOpenAttempts } from '../journal/journal.ts';
import { reconcile } from '../migration/reconcile.ts';
import { ensureLedger, readLedgerVersion } from '../migration/schema.ts';
import { takeRunnerLock } from '../migration/runner-lock.ts';
import { readServerFacts } from '../pg/catalog/server.ts';
import { withSession } from '../pg/session.ts';
import { redact } from '../report/redact.ts';
import { environmentOf, requireFolders, requireLedger, requireSession, requireVersion } from './checks.ts';
import type { RunContext } from './context.ts';
import { withLab } from './lab.ts';
import { once } from './once.ts';
import { requireTestCommand } from './project-tests.ts';
import type { RunRequest } from './run-request.ts';
import { trialSettings } from './trial-settings.ts';

/** Opens the sessions and checks everything that could stop the run later. */
export async function withSurroundings<T>(
  request: RunRequest,
  use: (run: RunContext) => Promise<T>,
): Promise<T> {
  const { target, signal, config, options } = request;
  const planning = request.purpose === 'plan';
  if (!planning) await requireFolders(request);
  if (request.purpose === 'run') await requireTestCommand(request);
  return withSession(target, 'control', null, (control) =>
    withSession(target, 'reader', signal, async (reader) => {
      const server = await readServerFacts(reader);
      requireVersion(server, target);
      const environment = environmentOf(request, server);
      await requireSession(control, reader);
      if (!options.dryRun && !planning) await requireLedger(control, server, request);
      if (!planning) await takeRunnerLock(control, config.trial.patienceMs, request.clock, signal);
      const journalPath = join(request.root, STATE_FOLDER, 'journal.jsonl');
      const settings = trialSettings(request);
      return withLab({ request, settings, environment, server, reader }, async (lab) =>
        use({
          ...request,
          emit: (event) => request.emit(redact(event)),
          ...lab,
          environment,
          server,
          control,
          reader,
          mayMeasureTarget: !planning && (environment !== 'production' || config.measure.production),
          ...settings,
          testsBefore: once(),
          audit: openAuditLog({
            root: request.root,
            actor: request.approving.actor,
            runId: request.runId,
            now: request.now,
            newLogId: request.approving.newId,
          }),
          journalPath,
          openAttempts: await readOpenAttempts(journalPath),
        }),
      );
    }),
  );
}

/** Settles what an earlier run left unfinished in the ledger. */
export async function settle({ audit, emit, signal, control, options, server }: RunContext): Promise<void> {
  if (options.dryRun || !options.apply || server.readOnly) return;
  if ((await readLedgerVersion(control)) !== null) await ensureLedger(control);
  const tell = (message: string) => emit({ type: 'phase', id: null, phase: 'prepare', message });
  for (const { name, state, message } of await reconcile(control, tell, signal)) {
    tell(`${name}: ${message}`);
    await audit.append({ event: 'reconciled', migration: name, state });
  }
}
