import { createHash } from 'node:crypto';
import { PitstopError } from '../errors.ts';
import { readSqlFile } from '../files/sql-file.ts';
import { costliest, type StatementCost } from '../measure/costliest.ts';
import type { Probe } from '../measure/probe.ts';
import { Blocked } from '../outcome.ts';
import type { Session } from '../pg/session.ts';
import { formatMs } from '../report/format.ts';
import { withoutLiterals } from '../sql/normalize.ts';
import { statementsOfWorkload, type WorkloadStatement } from '../source/workload-file.ts';
import type { InputFields } from '../task/input.ts';
import type { RunContext } from './context.ts';
import { resolveInside } from './inside.ts';
import { lookAt } from './workload-statement.ts';
import { timeEach } from './workload-times.ts';

/** The statement that stands for a file of several, and what it was chosen from. */
export interface FileChoice extends StatementCost {
  readonly from: 'file';
  readonly path: string;
  /** The line that it begins on. */
  readonly line: number;
  /** Where the statements were executed; null where only their plans were compared. */
  readonly where: string | null;
  /** In the order of the file, the chosen one among them. */
  readonly considered: readonly ConsideredStatement[];
  /** Statements of the file that were not looked at. */
  readonly left: number;
}

interface ConsideredStatement extends StatementCost {
  readonly sql: string;
  readonly line: number;
  /** Why it is none to measure; null where it was compared. */
  readonly passedOver: string | null;
}

/** A file with the statements that are looked at in it. */
export interface ReadWorkload {
  readonly path: string;
  /** SHA-256 (hex) of its text. */
  readonly hash: string;
  readonly statements: readonly WorkloadStatement[];
  readonly left: number;
}

const MOST_STATEMENTS = 100;

/** Reads the statements of a workload's file. Ends the item where it is not in the repository, or holds none. */
export async function readWorkloadFile(root: string, path: string): Promise<ReadWorkload> {
  const file = await resolveInside(root, path);
  if (file === null) {
    const message = `${path} is not there, or not in the repository; which file holds the statements of the workload?`;
    throw new Blocked('needs-information', 'file-not-found', message);
  }
  const text = await readSqlFile(file).catch((error: unknown) => {
    if (!(error instanceof PitstopError)) throw error;
    throw new Blocked('needs-information', error.code, error.message.replace(file, path));
  });
  const hash = createHash('sha256').update(text).digest('hex');
  const { statements, left } = statementsOfWorkload(text, MOST_STATEMENTS);
  if (statements.length === 0)
    throw new Blocked('needs-information', 'workload-empty', `${path} has no statement`);
  return { path, hash, statements, left };
}

/**
 * Of the statements of a file that read the one that takes longest. Where none may be executed, the planner's costs
 * decide.
 */
export async function chooseOfFile(
  run: RunContext,
  fields: InputFields,
  file: ReadWorkload,
): Promise<{ readonly query: string; readonly choice: FileChoice }> {
  const { path, left } = file;
  const place = placeToMeasure(run);
  const looked = await lookAtAll(run, fields, file);
  const considered =
    place === null ? looked.map(({ seen }) => seen) : await timeAll(run, place, path, looked);
  const chosen = considered[costliest(considered) ?? considered.length];
  if (chosen === undefined) throw nothingToMeasure(path, considered, fields.sensitive);
  const { sql, line, ms, stopped, costUnits } = chosen;
  const where = place?.where ?? null;
  const shown = fields.sensitive ? considered.map(concealed) : considered;
  const choice = {
    from: 'file',
    path,
    line,
    ms,
    stopped,
    costUnits,
    where,
    considered: shown,
    left,
  } as const;
  return { query: sql, choice };
}

interface Looked {
  readonly seen: ConsideredStatement;
  /** Null where it is none to measure. */
  readonly probe: Probe | null;
}

async function lookAtAll(
  run: RunContext,
  fields: InputFields,
  { statements }: ReadWorkload,
): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (const { sql, line, problem } of statements) {
    run.signal.throwIfAborted();
    const look = problem === null ? await lookAt(run, { ...fields, query: sql }) : { problem };
    const seen = { sql, line, ms: null, stopped: false };
    if ('problem' in look)
      looked.push({ seen: { ...seen, costUnits: null, passedOver: look.problem }, probe: null });
    else looked.push({ seen: { ...seen, costUnits: look.costUnits, passedOver: null }, probe: look.probe });
  }
  return looked;
}

async function timeAll(
  run: RunContext,
  { session }: { readonly session: Session },
  path: string,
  looked: readonly Looked[],
): Promise<ConsideredStatement[]> {
  const probes = looked.flatMap(({ probe }) => probe ?? []);
  const message = `timing the ${probes.length} statements of ${path} that read`;
  run.emit({ type: 'phase', id: null, phase: 'diagnose', message });
  const times = (await timeEach(run, session, probes)).values();
  return looked.map(({ seen, probe }) => {
    const time = probe === null ? undefined : times.next().value;
    if (time === undefined) return seen;
    return 'problem' in time ? { ...seen, costUnits: null, passedOver: time.problem } : { ...seen, ...time };
  });
}

function concealed({ sql, passedOver, ...rest }: ConsideredStatement): ConsideredStatement {
  return {
    sql: withoutLiterals(sql),
    ...rest,
    passedOver: passedOver === null ? null : 'not shown',
  };
}

/** What people should know of it: which statement it is, what it takes, and what was not compared. */
export function noteOfFile(choice: FileChoice): string {
  const { path, line, considered, left } = choice;
  const passed = considered.filter(({ passedOver }) => passedOver !== null);
  const [first] = passed;
  return [
    `the costliest of ${considered.length - passed.length} in ${path} (line ${line}): ${costText(choice)}`,
    ...(first === undefined
      ? []
      : [`passed over: ${passed.length}, such as line ${first.line}: ${first.passedOver}`]),
    ...(left === 0 ? [] : [`${left} behind the first ${MOST_STATEMENTS} were not looked at`]),
  ].join('; ');
}

function costText({ ms, stopped, where }: FileChoice): string {
  if (ms === null) return "by the planner's estimate, since nothing is executed here";
  const place = where === 'target' || where === null ? '' : ` in the ${where} lab`;
  return `${stopped ? 'more than ' : ''}${formatMs(ms)}${place}`;
}

/** Where statements may be executed before the item has a lab of its own. */
function placeToMeasure({ mayMeasureTarget, reader, lab, labReader, labName }: RunContext) {
  if (mayMeasureTarget) return { session: reader, where: 'target' };
  return lab === null ? null : { session: labReader, where: labName ?? 'lab' };
}

function nothingToMeasure(
  path: string,
  considered: readonly ConsideredStatement[],
  sensitive: boolean,
): Blocked {
  const [first] = considered;
  const why =
    first === undefined || sensitive ? 'not shown' : `line ${first.line}: ${first.passedOver ?? ''}`;
  const message = `none of the ${considered.length} statements of ${path} can be measured; the first: ${why}`;
  return new Blocked('needs-information', 'workload-empty', message);
}
