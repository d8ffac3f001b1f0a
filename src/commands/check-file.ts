import { resolve } from 'node:path';
import { EXIT, PitstopError, type ExitCode } from '../errors.ts';
import { decodeSql, MOST_SQL_BYTES, readSqlFile } from '../files/sql-file.ts';
import { decideEnvironment, ENVIRONMENTS, type DecidedEnvironment } from '../gate/decide-environment.ts';
import type { NameFacts } from '../gate/name-facts.ts';
import { judge, type Judgement, type Verdict } from '../gate/verdict.ts';
import { NO_FACTS, type LintFacts } from '../lint/facts.ts';
import { lint, UNKNOWN_CONTEXT, type LintedStatement } from '../lint/lint.ts';
import { namedIn } from '../lint/names.ts';
import { readNameFacts } from '../pg/catalog/deciding-names.ts';
import { readLintFacts } from '../pg/catalog/lint-facts.ts';
import { readServerFacts, type ServerFacts } from '../pg/catalog/server.ts';
import { sqlState, SQLSTATE } from '../pg/failure.ts';
import { withSession, type Session } from '../pg/session.ts';
import type { Target } from '../pg/target.ts';
import { requireVersion } from '../pipeline/checks.ts';
import { loadParser, parseStatements, SqlSyntaxError, type Statement } from '../sql/parse.ts';
import { checkText, type CheckedStatement } from './check-text.ts';
import type { OptionValues, Outside } from './command.ts';
import { openRepository, targetOf, type Repository } from './project.ts';

const EXIT_CODES: Readonly<Record<Verdict, ExitCode>> = {
  allow: EXIT.ok,
  gate: EXIT.approval,
  refuse: EXIT.input,
};

/** Everything behind `pitstop check`, loaded only when it runs. */
export async function checkCommand(
  outside: Outside,
  [file = '-']: readonly string[],
  options: OptionValues,
): Promise<number> {
  const sql =
    file === '-'
      ? decodeSql(await outside.readInput(MOST_SQL_BYTES), 'standard input')
      : await readSqlFile(resolve(outside.cwd, file));
  const place = await openRepository(outside, options);
  await loadParser();
  const statements = parsed(sql);
  const { server, names, facts, target } = await look(outside, place, options, statements);
  const decided = decideEnvironment({
    configured: place.config.environment ?? null,
    marker: server?.environmentMarker ?? null,
    flag: ENVIRONMENTS.find((name) => name === options['environment']) ?? null,
    host: target?.host ?? '',
    database: server?.database ?? target?.database ?? '',
    standbys: server?.standbys ?? 0,
    embedded: false,
  });
  const judgement = judge(sql, decided.environment ?? 'production', names);
  const checked = together(judgement, lint(statements, { ...UNKNOWN_CONTEXT, facts }));
  tell(outside, options, decided, judgement.verdict, checked);
  return EXIT_CODES[judgement.verdict];
}

/** Nothing where the text does not parse: the gate says why. */
function parsed(sql: string): readonly Statement[] {
  try {
    return parseStatements(sql);
  } catch (error) {
    if (error instanceof SqlSyntaxError) return [];
    throw error;
  }
}

interface Look {
  readonly server: ServerFacts | null;
  /** What the names of the text mean in the database; null where none was asked. */
  readonly names: NameFacts | null;
  readonly facts: LintFacts;
  readonly target: Target | null;
}

/** Reads the catalog of the database that the command line names. Any other is not asked, only its name counts. */
async function look(
  outside: Outside,
  place: Repository,
  options: OptionValues,
  statements: readonly Statement[],
): Promise<Look> {
  if (typeof options['databaseUrl'] !== 'string' || options['databaseUrl'] === '') {
    const target = impliedTarget(place, options);
    if (target !== null && options['quiet'] !== true)
      outside.err(
        'The text alone is looked at; name the database with --database-url to read its catalog.\n',
      );
    return { server: null, names: null, facts: NO_FACTS, target };
  }
  const target = targetOf(place, options);
  if (target === null) return { server: null, names: null, facts: NO_FACTS, target };
  return withSession(target, 'check', outside.signal, async (session) => {
    await session.control('BEGIN READ ONLY');
    const server = await readServerFacts(session);
    requireVersion(server, target);
    const names = await readNameFacts(
      session,
      statements.map(({ tree }) => tree),
    );
    const facts = await factsOf(session, statements);
    if (facts === null)
      outside.err('A table of the text is locked by somebody else; the text alone is looked at.\n');
    return { server, names, facts: facts ?? NO_FACTS, target };
  });
}

/** Null where another session holds a table so that its size cannot be read. */
async function factsOf(session: Session, statements: readonly Statement[]): Promise<LintFacts | null> {
  await session.query(`SET LOCAL lock_timeout = '2s'`);
  try {
    return await readLintFacts(session, namedIn(statements.map(({ tree }) => tree)));
  } catch (error) {
    if (sqlState(error) === SQLSTATE.lockNotAvailable) return null;
    throw error;
  }
}

/** A database that nobody asked for here must not keep the text from being checked. */
function impliedTarget(place: Repository, options: OptionValues): Target | null {
  try {
    return targetOf(place, options);
  } catch (error) {
    if (error instanceof PitstopError) return null;
    throw error;
  }
}

/** The gate's and the linter's words on each statement. A text that is refused whole is one statement. */
function together({ statements }: Judgement, linted: readonly LintedStatement[]): CheckedStatement[] {
  return statements.map(({ sql, verdict, class: className, reasons }, position) => {
    const found = statements.length === linted.length ? linted[position] : undefined;
    return { sql, verdict, class: className, reasons, linted: found ?? null };
  });
}

function tell(
  outside: Outside,
  options: OptionValues,
  decided: DecidedEnvironment,
  verdict: Verdict,
  checked: readonly CheckedStatement[],
): void {
  if (options['json'] !== true) {
    outside.out(checkText(verdict, decided, checked, outside.color));
    return;
  }
  const statements = checked.map(({ sql, verdict: own, class: className, reasons, linted }) => ({
    sql,
    verdict: own,
    class: className,
    lock: linted === null ? 'unknown' : linted.effect.lock,
    reasons,
    lint: linted?.findings ?? [],
  }));
  outside.out(`${JSON.stringify({ schemaVersion: 1, verdict, statements })}\n`);
}
