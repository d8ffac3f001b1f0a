import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EXIT, PitstopError } from '../errors.ts';
import { findingsOf } from '../explain/findings/index.ts';
import { parsePlan, PlanFormatError } from '../explain/plan.ts';
import { readSavedPlan } from '../explain/saved-plan.ts';
import { decodeSql, readSqlFile } from '../files/sql-file.ts';
import { ENVIRONMENTS } from '../gate/decide-environment.ts';
import { errorOfBlocked } from '../pipeline/explain-error.ts';
import { explainOnTarget, type Explained } from '../pipeline/explain.ts';
import { readExplained } from '../pipeline/explained-statement.ts';
import { planText } from '../report/plan.ts';
import { printable } from '../report/printable.ts';
import { redact } from '../report/redact.ts';
import { wrap } from '../report/wrap.ts';
import { loadParser } from '../sql/parse.ts';
import type { ParameterSet } from '../steps/step.ts';
import type { OptionValues, Outside } from './command.ts';
import { openRepository, requireTarget, targetOf } from './project.ts';

/** Plans are longer than statements: thousands of partitions make megabytes. */
const MOST_BYTES = 16 * 1024 ** 2;

/** Everything behind `pitstop explain`, loaded only when it runs. */
export async function explainCommand(
  outside: Outside,
  [subject = '-']: readonly string[],
  options: OptionValues,
): Promise<number> {
  const source = await readSource(outside, subject);
  const saved = asPlan(() => readSavedPlan(source));
  const explained = saved === null ? await explainText(outside, source, options) : readPlan(saved);
  tell(outside, options, explained);
  return EXIT.ok;
}

/** A plan, and the statement that it is of; null where a saved plan does not tell. */
interface Told extends Explained {
  readonly statement: string | null;
  readonly values: readonly unknown[] | null;
}

/** What is neither a path nor a file is the statement itself. */
async function readSource({ cwd, readInput }: Outside, subject: string): Promise<string> {
  if (subject === '-') return decodeSql(await readInput(MOST_BYTES), 'standard input', MOST_BYTES);
  const path = resolve(cwd, subject);
  const isPath = !/[\s("';]/.test(subject) || /\.(?:sql|json|txt|plan)$/i.test(subject);
  if (isPath || (await isFile(path))) return readSqlFile(path, MOST_BYTES);
  return decodeSql(Buffer.from(subject), 'the statement', MOST_BYTES);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Of a plan alone nothing is known about its tables. */
function readPlan(document: unknown): Told {
  const plan = asPlan(() => parsePlan(document));
  return {
    statement: plan.statement.queryText,
    values: null,
    environment: null,
    document,
    plan,
    findings: findingsOf(plan, []),
    notes: [],
  };
}

function asPlan<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PlanFormatError)) throw error;
    throw new PitstopError('plan-unreadable', error.message, {
      hint: 'Get it with EXPLAIN (ANALYZE, VERBOSE, BUFFERS, SETTINGS, FORMAT JSON) and the statement; psql -XAtf FILE prints it as it is.',
      cause: error,
    });
  }
}

async function explainText(outside: Outside, text: string, options: OptionValues): Promise<Told> {
  const parameters = readParameters(options['params']);
  await loadParser();
  const statement = asError(() => readExplained(text, parameters));
  const place = await openRepository(outside, options);
  const explained = await explainOnTarget({
    statement,
    target: requireTarget(targetOf(place, options)),
    config: place.config,
    env: place.env,
    declaredEnvironment: ENVIRONMENTS.find((name) => name === options['environment']) ?? null,
    analyze: options['analyze'] !== false,
    signal: outside.signal,
  });
  return { ...explained, statement: statement.sql, values: statement.values };
}

function asError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw errorOfBlocked(error);
  }
}

function readParameters(json: OptionValues[string]): ParameterSet | null {
  if (typeof json !== 'string') return null;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null) return value as ParameterSet;
  } catch {
    // Said below.
  }
  throw new PitstopError('usage', `--params is neither a JSON array nor a JSON object: ${json}`, {
    hint: 'Write --params \'[42, "open"]\' for $1 and $2, or --params \'{"id": 42}\' for :id.',
  });
}

function tell(outside: Outside, options: OptionValues, told: Told): void {
  if (options['json'] === true) {
    outside.out(`${JSON.stringify(redact(documentOf(told)))}\n`);
    return;
  }
  const { notes, plan, findings } = told;
  if (options['quiet'] !== true)
    for (const note of notes) outside.err(`${wrap(printable(redact(note)), 100).join('\n')}\n`);
  outside.out(redact(planText(plan, findings, outside.color)));
}

function documentOf({ statement, values, environment, plan, notes, findings, document }: Told) {
  const { analyzed, executionMs, planningMs, sharedBlocks } = plan;
  return {
    schemaVersion: 1,
    statement,
    parameters: values,
    environment,
    analyzed,
    executionMs,
    planningMs,
    sharedBlocks: analyzed ? sharedBlocks : null,
    notes,
    findings,
    plan: Array.isArray(document) ? (document[0] as unknown) : document,
  };
}
