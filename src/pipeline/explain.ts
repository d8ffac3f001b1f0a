import { relationReferences } from '../advisor/references.ts';
import type { Config } from '../config.ts';
import { PitstopError } from '../errors.ts';
import { findingsOf } from '../explain/findings/index.ts';
import type { Finding } from '../explain/finding.ts';
import { parsePlan, type Plan } from '../explain/plan.ts';
import type { RelationFacts, RelationReference, ResolvedRelation } from '../facts.ts';
import { decideForTarget } from '../gate/decide-environment.ts';
import type { Environment } from '../gate/environment.ts';
import type { NameFacts } from '../gate/name-facts.ts';
import { unsafeCalls } from '../gate/reached.ts';
import { judge } from '../gate/verdict.ts';
import { readNameFacts } from '../pg/catalog/deciding-names.ts';
import { readRelations } from '../pg/catalog/relations.ts';
import { readSameName } from '../pg/catalog/same-name.ts';
import { readServerFacts, type ServerFacts } from '../pg/catalog/server.ts';
import { readOnly } from '../pg/execute.ts';
import { explain } from '../pg/explain.ts';
import { withSession, type Session } from '../pg/session.ts';
import { parseTarget, type Target } from '../pg/target.ts';
import { formatMs } from '../report/format.ts';
import { requireSameDatabase, requireVersion } from './checks.ts';
import { errorOfServer, UNSAFE_HINT } from './explain-error.ts';
import type { ExplainedStatement } from './explained-statement.ts';

export interface ExplainRequest {
  readonly statement: ExplainedStatement;
  readonly target: Target;
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly declaredEnvironment: Environment | null;
  /** Whether the statement may be executed where the environment allows it. */
  readonly analyze: boolean;
  readonly signal: AbortSignal;
}

export interface Explained {
  /** Null where nobody has declared it: it counts as production. */
  readonly environment: Environment | null;
  /** As the server gave it. */
  readonly document: unknown;
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  /** What a reader should know about how the plan came to be. */
  readonly notes: readonly string[];
}

/** How long a table that somebody else holds is waited for. */
const LOCK_TIMEOUT = '2s';

/** Explains a statement on the target, where a run would measure it also by executing it. Changes nothing. */
export async function explainOnTarget(request: ExplainRequest): Promise<Explained> {
  const { target, config, statement } = request;
  return withSession(target, 'explain', request.signal, async (session) => {
    const server = await readServerFacts(session);
    requireVersion(server, target);
    const { environment } = decideForTarget({ ...request, embedded: false }, server);
    return withReader(request, session, server, async (reader) => {
      const named = await reading(request, reader, () => readNamed(reader, statement, environment));
      const why = whyOnlyPlanned(request, environment);
      const notes = [...(statement.unwrapped ? ['its own EXPLAIN was left out'] : []), ...why];
      const { document, stopped } = await readPlan(request, reader, why.length === 0);
      const plan = parsePlan(document);
      const scanned = await reading(request, reader, () => readRelations(reader, relationsOf(plan)));
      const relations = distinct([...named, ...scanned].map(({ relation }) => relation));
      if (stopped)
        notes.push(
          `stopped after ${formatMs(config.measure.cutoffMs)}: these are estimates, nothing was measured`,
        );
      return { environment, document, plan, findings: findingsOf(plan, relations), notes };
    });
  });
}

/** As the reading role, where the configuration has one. */
async function withReader<T>(
  { config, env, signal }: ExplainRequest,
  session: Session,
  server: ServerFacts,
  use: (reader: Session) => Promise<T>,
): Promise<T> {
  if (config.readDatabaseUrl === undefined) return use(session);
  const readTarget = parseTarget(config.readDatabaseUrl, env);
  return withSession(readTarget, 'explain', signal, async (reader) => {
    requireSameDatabase(server, await readServerFacts(reader), readTarget);
    return use(reader);
  });
}

/** One read-only transaction that waits for no lock for long. */
async function reading<T>(
  { config, statement }: ExplainRequest,
  reader: Session,
  work: () => Promise<T>,
  how: 'estimate' | 'execute' = 'estimate',
): Promise<T> {
  try {
    return await readOnly(reader, config.measure.cutoffMs, async () => {
      await reader.query(`SELECT set_config('lock_timeout', $1, true)`, [LOCK_TIMEOUT]);
      return work();
    });
  } catch (error) {
    throw errorOfServer(error, how, statement.sql);
  }
}

/** The relations that the statement names. Ends where one is not there, or where even planning it is not safe. */
async function readNamed(
  reader: Session,
  statement: ExplainedStatement,
  environment: Environment | null,
): Promise<ResolvedRelation[]> {
  const { tree } = statement;
  const references = relationReferences(tree);
  const relations = await readRelations(reader, references);
  const missing = references.find((wanted) => relations.every(({ reference }) => reference !== wanted));
  if (missing !== undefined) throw await unknownTable(reader, missing);
  const names = await readNameFacts(reader, [tree]);
  const unsafe = whatPlanningMayRun(statement, names, environment);
  if (unsafe !== null) {
    throw new PitstopError('unsafe-function', unsafe, { hint: UNSAFE_HINT });
  }
  return relations;
}

/** Planning runs functions that call themselves immutable. Of what is only planned the gate knows; null where it is safe. */
function whatPlanningMayRun(
  { sql, tree, onlyPlanned }: ExplainedStatement,
  names: NameFacts,
  environment: Environment | null,
): string | null {
  if (onlyPlanned === null) {
    const unsafe = unsafeCalls(tree, names);
    return unsafe.length === 0
      ? null
      : `the statement runs ${unsafe.join(', ')}, which is not known to only read`;
  }
  const { verdict, statements } = judge(`EXPLAIN ${sql}`, environment ?? 'production', names);
  return verdict === 'allow' ? null : statements.flatMap(({ reasons }) => reasons).join('; ');
}

async function unknownTable(reader: Session, { schema, name }: RelationReference): Promise<PitstopError> {
  const shown = schema === null ? name : `${schema}.${name}`;
  return new PitstopError('unknown-table', `the database has no relation ${shown}`, {
    hint: 'Name the schema, or correct the name.',
    candidates: await readSameName(reader, name),
  });
}

/** Why the statement is not executed, for the reader; nothing where it is. */
function whyOnlyPlanned(
  { analyze, config, statement }: ExplainRequest,
  environment: Environment | null,
): string[] {
  if (statement.onlyPlanned !== null) return [`only planned: ${statement.onlyPlanned}`];
  if (!analyze) return ['only planned, as asked for: these are estimates'];
  if ((environment ?? 'production') !== 'production' || config.measure.production) return [];
  const undeclared =
    'nobody has declared what kind of database this is (--environment), so it counts as production';
  return [
    `only planned: ${environment === null ? undeclared : 'on production nothing is executed unless measure.production allows it'}`,
  ];
}

/** A statement that runs longer than the cut-off is stopped, and its estimates are read instead. */
async function readPlan(
  request: ExplainRequest,
  reader: Session,
  execute: boolean,
): Promise<{ readonly document: unknown; readonly stopped: boolean }> {
  const { sql, values } = request.statement;
  const read = (how: 'estimate' | 'execute') =>
    reading(request, reader, () => explain(reader, how, sql, values), how);
  if (!execute) return { document: await read('estimate'), stopped: false };
  try {
    return { document: await read('execute'), stopped: false };
  } catch (error) {
    if (!(error instanceof PitstopError) || error.code !== 'statement-timeout') throw error;
    return { document: await read('estimate'), stopped: true };
  }
}

/** What the plan reads, also below views and partitioned tables. */
function relationsOf(plan: Plan): RelationReference[] {
  const relations = plan.nodes().flatMap(({ relation }) => (relation === null ? [] : [relation]));
  return [...new Map(relations.map(({ schema, name }) => [`${schema} ${name}`, { schema, name }])).values()];
}

function distinct(relations: readonly RelationFacts[]): RelationFacts[] {
  return [...new Map(relations.map((relation) => [relation.oid, relation])).values()];
}
