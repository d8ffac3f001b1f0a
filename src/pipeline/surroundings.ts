import { join } from 'node:path';
import { openAuditLog } from '../audit/log.ts';
import { STATE_FOLDER } from '../files/state-folder.ts';
import { readOpenAttempts } from '../journal/journal.ts';
import { isSandboxKind, type SandboxKind } from '../labs/sandbox/running-server.ts';
import { withSandboxServer } from '../labs/sandbox/server.ts';
import { reconcile } from '../migration/reconcile.ts';
import { ensureLedger, readLedgerVersion } from '../migration/schema.ts';
import { takeRunnerLock } from '../migration/runner-lock.ts';
import { readSearchPath, readServerFacts, type ServerFacts } from '../pg/catalog/server.ts';
import { requireSession } from '../pg/pooler.ts';
import { withSession, type Session, type SessionSettings } from '../pg/session.ts';
import { parseTarget } from '../pg/target.ts';
import { redact } from '../report/redact.ts';
import {
  environmentOf,
  requireFolders,
  requireKnownVersion,
  requireLedger,
  requireSameDatabase,
  requireVersion,
} from './checks.ts';
import type { RunContext } from './context.ts';
import { conduct } from './experiments/index.ts';
import { namedLab, withLab } from './lab.ts';
import { requireUnchangedFiles } from './named-migrations.ts';
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
  return withSession(target, 'control', null, async (control) => {
    const server = await readServerFacts(control);
    // Migrations that somebody names hold any statement; items say themselves what they need, and the way back of what
    // they did has to be open where they did it.
    (request.purpose === 'apply' ? requireVersion : requireKnownVersion)(server, target);
    const environment = environmentOf(request, server);
    return withReader(request, { control, server }, async (reader) => {
      await requireSession(control, reader);
      if (!options.dryRun && !planning) await requireLedger(control, server, request);
      if (!planning) await takeRunnerLock(control, config.trial.patienceMs, request.clock, signal);
      const journalPath = join(request.root, STATE_FOLDER, 'journal.jsonl');
      const openAttempts = await readOpenAttempts(journalPath);
      const settings = trialSettings(request);
      return withLab({ request, settings, environment, server, reader }, async ({ lab, probing, ...place }) =>
        withSandboxServer(sandboxKind(request), target, (sandboxes) =>
          use({
            ...request,
            sandboxes,
            emit: (event) => request.emit(redact(event)),
            lab,
            writingLab: null,
            conduct: planning ? null : conduct,
            ...place,
            environment,
            server,
            control,
            reader,
            renewProbing: async () => {
              for (const session of [reader, ...probing]) await session.renew();
            },
            mayMeasureTarget: !planning && (environment !== 'production' || config.measure.production),
            ...settings,
            testsBefore: once(),
            loggedCalls: once(),
            audit: openAuditLog({
              root: request.root,
              actor: request.approving.actor,
              runId: request.runId,
              now: request.now,
              newLogId: request.approving.newId,
            }),
            journalPath,
            openAttempts,
          }),
        ),
      );
    });
  });
}

/** Where databases of our own are made: where the named lab is, if it is one. */
function sandboxKind(request: RunRequest): SandboxKind {
  const named = namedLab(request);
  return isSandboxKind(named) ? named : 'embedded';
}

/** Reading never writes, whatever a statement does: on top of the read-only transaction around each of them. */
const READING: SessionSettings = { default_transaction_read_only: 'on' };

/**
 * The session that reads and measures: as the role that the configuration names for it, if it does, and with the
 * working role's search path, so that names mean the same to both.
 */
async function withReader<T>(
  { target, config, env, signal }: RunRequest,
  { control, server }: { readonly control: Session; readonly server: ServerFacts },
  use: (reader: Session) => Promise<T>,
): Promise<T> {
  if (config.readDatabaseUrl === undefined) return withSession(target, 'reader', signal, use, READING);
  const searchPath = await readSearchPath(control);
  const readTarget = parseTarget(config.readDatabaseUrl, env);
  return withSession(
    readTarget,
    'reader',
    signal,
    async (reader) => {
      requireSameDatabase(server, await readServerFacts(reader), readTarget);
      return use(reader);
    },
    { ...READING, search_path: searchPath },
  );
}

/** Settles what an earlier run left unfinished in the ledger. */
export async function settle(run: RunContext): Promise<void> {
  const { audit, emit, signal, control, options, server } = run;
  if (options.dryRun || !options.apply || server.readOnly) return;
  if ((await readLedgerVersion(control)) !== null) await ensureLedger(control);
  const tell = (message: string) => emit({ type: 'phase', id: null, phase: 'prepare', message });
  for (const { name, state, message } of await reconcile(control, tell, signal)) {
    tell(`${name}: ${message}`);
    await audit.append({ event: 'reconciled', migration: name, state });
  }
  await requireUnchangedFiles(run);
}
