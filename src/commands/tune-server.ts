import { resolve } from 'node:path';
import { EXIT, PitstopError } from '../errors.ts';
import { readSqlFile } from '../files/sql-file.ts';
import { readHardware } from '../hardware/read-hardware.ts';
import { DEFAULT_LIMITS } from '../labs/limits.ts';
import { requireVersion } from '../pipeline/checks.ts';
import { readMeasuredStatements } from '../pipeline/measured-statements.ts';
import {
  BUILT_IN,
  DEFAULT_BUDGET_MS,
  proveConfiguration,
  type ConfigurationProof,
  type MeasuredBy,
} from '../pipeline/prove-configuration.ts';
import { readServerFacts, type ServerFacts } from '../pg/catalog/server.ts';
import { readTuningServer } from '../pg/catalog/tuning-server.ts';
import { withOwnSession } from '../pg/pooler.ts';
import type { Session } from '../pg/session.ts';
import { describeTarget, type Target } from '../pg/target.ts';
import { loadParser } from '../sql/parse.ts';
import { settle } from '../tuning/evidence/settle.ts';
import type { TuningForm } from '../tuning/forms/form.ts';
import { refusedBy, TUNING_FORMS, tuningFormNamed } from '../tuning/forms/index.ts';
import { POSTGRESQL_18 } from '../tuning/postgresql-18.ts';
import { profileOf, type HardwareProfile } from '../tuning/profile.ts';
import { recommend, type Recommendation } from '../tuning/recommend.ts';
import type { TuningServer } from '../tuning/server.ts';
import { isOlder, NEWEST_SERVER } from '../tuning/versions.ts';
import type { OptionValues, Outside } from './command.ts';
import { listOf, openRepository, targetOf, type Repository } from './project.ts';
import { folderOf, PROXIED, saidBy } from './show-hardware.ts';
import { remark, tellTuned, type Tuned } from './tell-tuned.ts';
import { tunedFiles } from './tuned-files.ts';

/** Everything behind `pitstop tune`, loaded only when it runs. */
export async function tuneCommand(outside: Outside, options: OptionValues): Promise<number> {
  const form = tuningFormNamed(typeof options['format'] === 'string' ? options['format'] : 'conf');
  const budgetMs = budgetOf(options);
  const files = await tunedFiles(outside, options, form);
  const place = await openRepository(outside, options);
  const target = targetOf(place, options);
  const work = (session: Session | null, proxied: boolean) =>
    tuneFor(outside, options, { place, target, session, proxied, form, budgetMs });
  const tuned = await (target === null
    ? work(null, false)
    : withOwnSession(target, 'reader', outside.signal, work));
  await tellTuned(outside, options, { form, files }, tuned);
  return EXIT.ok;
}

interface Surroundings {
  readonly place: Repository;
  readonly target: Target | null;
  /** Of the target; null where there is none. */
  readonly session: Session | null;
  /** Whether something in between answers for it. */
  readonly proxied: boolean;
  readonly form: TuningForm;
  readonly budgetMs: number;
}

async function tuneFor(outside: Outside, options: OptionValues, surroundings: Surroundings): Promise<Tuned> {
  const { target, session, proxied, form } = surroundings;
  const said = await saidBy(outside, options);
  const hardware = await readHardware({
    given: said.given,
    server: session === null || target === null ? null : { session, target },
    dataDirectory: folderOf(outside, options),
    currentFolder: outside.cwd,
    probe: options['probe'] !== false,
    signal: outside.signal,
  });
  requireTakenBy(profileOf(hardware.profile), form);
  const server = session === null ? POSTGRESQL_18 : await readTuningServer(session);
  const asked = listOf(options['setting']);
  const recommendation = recommend(profileOf(hardware.profile), server, asked.length === 0 ? null : asked);
  requireSomething(recommendation, asked);
  const { measured, notes } = await measuredBy(outside, options, surroundings);
  const proof = await prove(outside, options, surroundings, { recommendation, server, measured });
  const isOwn = options['statements'] !== undefined;
  return {
    hardware,
    server,
    recommendation,
    proof,
    settled: settle(recommendation.settings, server, proof, isOwn),
    notes: [
      ...said.unknown.map((text) => `not understood, and read over: "${text}"`),
      ...hardware.notes,
      ...(proxied ? [PROXIED] : []),
      ...notes,
    ],
  };
}

function requireTakenBy({ managed }: HardwareProfile, form: TuningForm): void {
  const why = refusedBy(managed, form);
  if (why === null) return;
  const taken = TUNING_FORMS.filter((other) => refusedBy(managed, other) === null).map(({ name }) => name);
  throw new PitstopError('usage', why, {
    hint: `Name another form with --format: ${taken.join(', ')}.`,
    candidates: taken,
  });
}

/** Where all that was asked for is refused there is nothing to tune. */
function requireSomething({ refused, settings }: Recommendation, asked: readonly string[]): void {
  const [first] = refused;
  if (first === undefined || settings.length > 0 || refused.length < asked.length) return;
  const { name, why, instead } = first;
  throw new PitstopError('usage', `${name} is not set: ${why}`, {
    hint: instead.length === 0 ? 'Name another setting.' : `There is ${instead.join(', ')}.`,
    candidates: instead,
  });
}

/** Where nothing is to be changed there is nothing to prove. */
async function prove(
  outside: Outside,
  options: OptionValues,
  { place }: Surroundings,
  {
    recommendation: { settings },
    server,
    measured,
  }: {
    readonly recommendation: Recommendation;
    readonly server: TuningServer;
    readonly measured: MeasuredBy | null;
  },
): Promise<ConfigurationProof | null> {
  if (settings.length === 0) return null;
  return proveConfiguration({
    settings,
    server,
    measured,
    statementTimeoutMs: place.config.measure.cutoffMs,
    clock: outside.clock,
    signal: outside.signal,
    tell: (progress) => remark(outside, options, progress),
  });
}

/** Null where it is only to be started. */
async function measuredBy(
  outside: Outside,
  options: OptionValues,
  { target, session, budgetMs }: Surroundings,
): Promise<{ readonly measured: MeasuredBy | null; readonly notes: readonly string[] }> {
  const named = options['statements'];
  if (options['measure'] === false) {
    if (named === undefined) return { measured: null, notes: [] };
    throw new PitstopError('usage', '--statements is to measure with, --no-measure says not to', {
      hint: 'Leave one of them out.',
    });
  }
  if (typeof named !== 'string') return { measured: { ...BUILT_IN, budgetMs }, notes: [] };
  if (session === null || target === null)
    throw new PitstopError('target-undeclared', 'statements read tables, and no database is named', {
      hint: 'Pass --database-url, or leave --statements out: a built-in mix is measured then.',
    });
  requireCopyable(await readServerFacts(session), target);
  await loadParser();
  const isCounted = /\bpg_stat_statements\b/i.test(named);
  const text = isCounted ? null : await readSqlFile(resolve(outside.cwd, named));
  const source = { reader: session, limits: DEFAULT_LIMITS, signal: outside.signal };
  const { notes, ...statements } = await readMeasuredStatements(source, { named, text });
  return { measured: { ...statements, budgetMs }, notes };
}

/** Statements are measured on a copy of their tables, and what describes a table is that of the newest version. */
function requireCopyable(server: ServerFacts, target: Target): void {
  if (!isOlder(server)) return requireVersion(server, target);
  throw new PitstopError(
    'server-version-unsupported',
    `--statements are measured on a copy of their tables, which is made of PostgreSQL ${NEWEST_SERVER} only; ${describeTarget(target)} is ${server.version}`,
    { hint: 'Leave --statements out: a built-in mix is measured then.' },
  );
}

const LONGEST_BUDGET_S = 3_600;

function budgetOf({ budget }: OptionValues): number {
  if (budget === undefined) return DEFAULT_BUDGET_MS;
  const seconds = typeof budget === 'string' && /^\d+$/.test(budget) ? Number(budget) : Number.NaN;
  if (seconds >= 1 && seconds <= LONGEST_BUDGET_S) return seconds * 1_000;
  throw new PitstopError(
    'usage',
    `--budget is a number of seconds from 1 to ${LONGEST_BUDGET_S}, not ${String(budget)}`,
    { hint: 'Leave it out for a minute.' },
  );
}
