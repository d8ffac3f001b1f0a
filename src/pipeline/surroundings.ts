import { join } from 'node:path';
import type { Config } from '../config.ts';
import { PitstopError } from '../errors.ts';
import { STATE_FOLDER } from '../files/state-folder.ts';
import { decideEnvironment } from '../gate/decide-environment.ts';
import type { Environment } from '../gate/environment.ts';
import { readOpenAttempts } from '../journal/journal.ts';
import type { Lab } from '../labs/lab.ts';
import { DEFAULT_LIMITS, type LabLimits } from '../labs/limits.ts';
import { transactionLab } from '../labs/transaction.ts';
import type { GainThreshold } from '../measure/judge.ts';
import { DEFAULT_SAMPLING } from '../measure/sampling.ts';
import { seededRandom } from '../measure/statistics.ts';
import { mayKeepLedger } from '../migration/ledger.ts';
import { reconcile } from '../migration/reconcile.ts';
import { takeRunnerLock } from '../migration/runner-lock.ts';
import { readServerFacts, type ServerFacts } from '../pg/catalog/server.ts';
import { isBehindTransactionPooler } from '../pg/pooler.ts';
import { withSession, type Session } from '../pg/session.ts';
import { redact } from '../report/redact.ts';
import { describeTarget, parseTarget, type Target } from '../pg/target.ts';
import type { RunContext, RunOptions } from './context.ts';
import type { Emit } from '../events.ts';

/** What a run is given from outside. */
export interface RunRequest {
  readonly runId: string;
  readonly version: string;
  readonly root: string;
  readonly config: Config;
  readonly options: RunOptions;
  /** Reads the catalog and estimates, nothing more: no lock, no lab, no measuring. */
  readonly planning: boolean;
  readonly target: Target;
  /** pitstop started the target's server itself. */
  readonly embedded: boolean;
  readonly declaredEnvironment: Environment | null;
  /** `transaction`, the URL of a database, or null for the default of the environment. */
  readonly lab: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly now: () => Date;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Opens the sessions, checks everything that could stop the run later, and settles what an earlier run left. */
export async function withSurroundings<T>(
  request: RunRequest,
  use: (run: RunContext) => Promise<T>,
): Promise<T> {
  const { target, signal, config, options, planning } = request;
  return withSession(target, 'control', null, (control) =>
    withSession(target, 'reader', signal, async (reader) => {
      const server = await readServerFacts(reader);
      requireVersion(server, target);
      const environment = decide(request, server);
      await requireSession(control, reader);
      if (!options.dryRun && !planning) await requireLedger(control, server, options);
      if (!planning) await takeRunnerLock(control, config.trial.patienceMs, request.clock, signal);
      const journalPath = join(request.root, STATE_FOLDER, 'journal.jsonl');
      return withLab(request, environment, reader, async (lab) =>
        use({
          ...request,
          emit: (event) => request.emit(redact(event)),
          ...lab,
          environment,
          server,
          control,
          reader,
          mayMeasureTarget: !planning && (environment !== 'production' || config.measure.production),
          limits: limitsOf(config),
          threshold: thresholdOf(config),
          series: seriesOf(request),
          journalPath,
          openAttempts: await readOpenAttempts(journalPath),
        }),
      );
    }),
  );
}

function requireVersion(server: ServerFacts, target: Target): void {
  if (Math.floor(server.versionNumber / 10_000) === 18) return;
  throw new PitstopError(
    'server-version-unsupported',
    `${describeTarget(target)} is PostgreSQL ${server.version}; pitstop works with PostgreSQL 18`,
    {
      hint: 'Its parser, its measurements and its thresholds are those of 18.',
    },
  );
}

function decide(request: RunRequest, server: ServerFacts): Environment {
  const { config, declaredEnvironment, target, embedded, options, planning } = request;
  const { environment } = decideEnvironment({
    configured: config.environment ?? null,
    marker: server.environmentMarker,
    flag: declaredEnvironment,
    host: target.host,
    database: server.database,
    standbys: server.standbys,
    embedded,
  });
  if (environment !== null) return environment;
  if (options.dryRun || planning) return 'production';
  throw new PitstopError(
    'environment-undeclared',
    `nobody has declared what kind of database ${describeTarget(target)} is`,
    {
      hint: 'Pass --environment development (or test, staging, production), or set "environment" in pitstop.config.json.',
      candidates: ['development', 'test', 'staging', 'production'],
    },
  );
}

async function requireSession(control: Session, reader: Session): Promise<void> {
  if (!(await isBehindTransactionPooler(control, reader))) return;
  throw new PitstopError(
    'transaction-pooler',
    'the connection goes through a transaction pooler, which gives every transaction another session',
    {
      hint: 'Use the direct address of the server (often port 5432 instead of 6432).',
    },
  );
}

async function requireLedger(control: Session, server: ServerFacts, options: RunOptions): Promise<void> {
  if (!options.apply) return;
  if (server.inRecovery || server.readOnly) {
    const why = server.inRecovery ? 'is a standby' : 'is set to read-only transactions';
    throw new PitstopError('server-read-only', `the server ${why}; nothing can be applied there`, {
      hint: 'Connect to the primary, or use --no-apply with --lab.',
    });
  }
  if (await mayKeepLedger(control)) return;
  throw new PitstopError(
    'permission-denied',
    `role ${server.role} may not keep the ledger in schema pitstop`,
    {
      hint: `GRANT CREATE ON DATABASE ${server.database} TO ${server.role}, or let its owner create schema pitstop and grant CREATE on it.`,
    },
  );
}

/** Settles what an earlier run left unfinished in the ledger. */
export async function settle({ emit, signal, control, options, server }: RunContext): Promise<void> {
  if (options.dryRun || server.readOnly) return;
  const tell = (message: string) => emit({ type: 'phase', id: null, phase: 'prepare', message });
  for (const { name, message } of await reconcile(control, tell, signal)) tell(`${name}: ${message}`);
}

/** The target itself on development and test; elsewhere only a database that the user names. */
async function withLab<T>(
  request: RunRequest,
  environment: Environment,
  reader: Session,
  use: (lab: Pick<RunContext, 'lab' | 'labIsTarget' | 'labReader'>) => Promise<T>,
): Promise<T> {
  if (request.planning) return use({ lab: null, labIsTarget: false, labReader: reader });
  const named = request.lab ?? request.config.lab ?? null;
  const mayUseTarget = environment === 'development' || environment === 'test';
  if (named === null || named === 'transaction') {
    if (!mayUseTarget) return use({ lab: null, labIsTarget: false, labReader: reader });
    return withSession(request.target, 'builder', request.signal, (builder) =>
      use({
        lab: labOf('transaction', { builder, reader }, request, 'target'),
        labIsTarget: true,
        labReader: reader,
      }),
    );
  }
  if (!named.includes('://')) {
    throw new PitstopError('usage', `there is no lab ${JSON.stringify(named)}`, {
      candidates: ['transaction', 'postgres://…'],
    });
  }
  const place = parseTarget(named, request.env);
  return withSession(place, 'lab builder', request.signal, (builder) =>
    withSession(place, 'lab reader', request.signal, async (labReader) => {
      await requireLab(place, labReader);
      return use({
        lab: labOf('url', { builder, reader: labReader }, request, 'url'),
        labIsTarget: false,
        labReader,
      });
    }),
  );
}

/** A lab that is declared production, or looks like it, is none. */
async function requireLab(place: Target, reader: Session): Promise<void> {
  const server = await readServerFacts(reader);
  requireVersion(server, place);
  const { environment } = decideEnvironment({
    configured: 'staging',
    marker: server.environmentMarker === 'production' ? 'production' : null,
    flag: null,
    host: place.host,
    database: server.database,
    standbys: server.standbys,
    embedded: false,
  });
  if (environment !== 'production' && !server.readOnly) return;
  const why = server.readOnly ? 'is read-only' : 'is, or looks like, production';
  throw new PitstopError('no-lab', `the lab ${describeTarget(place)} ${why}`, {
    hint: 'Name a copy that may be written to.',
  });
}

function labOf(
  name: string,
  sessions: { builder: Session; reader: Session },
  request: RunRequest,
  where: string,
): Lab {
  const settings = {
    limits: limitsOf(request.config),
    threshold: thresholdOf(request.config),
    series: seriesOf(request),
    where,
  };
  return transactionLab(name, sessions, settings);
}

function limitsOf({ measure, trial }: Config): LabLimits {
  return {
    ...DEFAULT_LIMITS,
    cutoffMs: measure.cutoffMs,
    patienceMs: trial.patienceMs,
    maxTableBytes: trial.maxTableBytes,
  };
}

function thresholdOf({ measure }: Config): GainThreshold {
  return { time: measure.thresholdPercent / 100, blocks: measure.thresholdPercent / 100 };
}

function seriesOf({ config, clock, signal }: RunRequest) {
  return {
    plan: { ...DEFAULT_SAMPLING, budgetMs: config.measure.budgetMs },
    random: seededRandom(18),
    clock,
    signal,
  };
}
