import { Blocked, type Reason } from '../outcome.ts';
import { recognise } from '../steps/registry.ts';
import type { StepItem } from '../steps/step.ts';
import type { InputFields } from '../task/input.ts';
import type { Item } from '../task/item.ts';
import { chooseItems } from './choose-items.ts';
import type { RunContext } from './context.ts';
import { openDossier } from './dossier.ts';
import { gatherFacts, readSubjects } from './facts.ts';
import { readInputs } from './inputs.ts';
import { tooOldFor } from './server-age.ts';
import { tryInRounds } from './rounds.ts';
import { blockedByServer } from './server-refusal.ts';
import { concealConclusion } from './sensitive.ts';
import { readStatement } from './statement.ts';
import { withoutLiterals } from '../sql/normalize.ts';
import type { Workload } from '../task/workload.ts';
import { leftToWorkload, withWorkload } from './workload.ts';

/** What a run would do with an item, as far as reading tells. */
export interface PlannedItem {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  readonly line: number;
  readonly marker: string;
  readonly kind: string | null;
  /** Its statement, and where it was found. */
  readonly statement: { readonly sql: string; readonly from: string } | null;
  /** Why it would be blocked or left alone; null where nothing that can be read is in the way. */
  readonly reason: Reason | null;
  /** What its plan shows; null without a database. */
  readonly findings: readonly string[] | null;
  /** What would be tried; null without a database. */
  readonly candidates: readonly string[] | null;
}

type Details = Omit<PlannedItem, 'id' | 'title' | 'file' | 'line' | 'marker'>;

const NOTHING: Details = { kind: null, statement: null, reason: null, findings: null, candidates: null };

/**
 * Plans the items of task files. With a database, its catalog and the planner's estimates are read too; nothing is
 * executed and nothing written, anywhere.
 */
export async function planTaskFiles(
  root: string,
  paths: readonly string[],
  ids: readonly string[] | null,
  database: RunContext | null,
): Promise<PlannedItem[]> {
  const { chosen } = await chooseItems(root, paths, ids);
  const planned: PlannedItem[] = [];
  for (const { file, item } of chosen) {
    const { id, title, line, marker } = item;
    planned.push({ id, title, file, line, marker, ...(await detailsOf(root, file, item, database)) });
  }
  return planned;
}

async function detailsOf(
  root: string,
  file: string,
  item: Item,
  database: RunContext | null,
): Promise<Details> {
  let known = NOTHING;
  let sensitive = false;
  try {
    const { fields: stated, from } = await readInputs(root, item);
    sensitive = stated.sensitive;
    const left = leftAlone(item) ?? tooOld(stated, database);
    const fields =
      database === null || left !== null ? stated : (await withWorkload(database, stated)).fields;
    const recognition = recognise(fields);
    if (item.struck || recognition.result === 'not-ours') {
      return {
        ...known,
        reason: { code: 'not-recognised', message: 'there is no statement and no field of ours in it' },
      };
    }
    if (recognition.result === 'unclear')
      throw new Blocked('needs-information', 'kind-unclear', recognition.question);
    known = { ...known, kind: recognition.kind.kind };
    const workload = leftToWorkload(fields);
    if (workload !== null) {
      if (left === null) throw needsDatabase(workload);
      return { ...known, reason: left };
    }
    const read = recognition.kind.read(fields);
    if (!read.ok) throw new Blocked('needs-information', 'fields-invalid', read.problems.join('; '));
    const text = read.item.subject.statement;
    if (text !== undefined)
      known = {
        ...known,
        statement: { sql: fields.sensitive ? withoutLiterals(text.sql) : text.sql, from: from ?? 'Workload' },
      };
    if (left !== null) return { ...known, reason: left };
    if (database !== null) {
      const { findings, candidates } = await readDatabase(database, file, item, read.item);
      return { ...known, findings: sensitive ? [] : findings, candidates };
    }
    if (text !== undefined) readStatement(text);
    return known;
  } catch (error) {
    const blocked = blockedByServer(error);
    if (!(blocked instanceof Blocked)) throw blocked;
    const { conclusion } = blocked;
    return { ...known, reason: (sensitive ? concealConclusion(conclusion) : conclusion).reason };
  }
}

/** Asked before the database is: an old one may not be able to answer. */
function tooOld(fields: InputFields, database: RunContext | null): Reason | null {
  const recognition = recognise(fields);
  return database === null || recognition.result !== 'kind'
    ? null
    : tooOldFor(recognition.kind, database.server);
}

/** Only the server knows which statements it was asked, and what they cost. */
function needsDatabase(workload: Workload): Blocked {
  const what =
    workload.from === 'file'
      ? `which statement of ${workload.path} costs most only a database tells`
      : 'the statement comes from the workload of a database';
  return new Blocked('needs-information', 'database-needed', `${what}; name one with --database-url`);
}

/** What a run leaves alone whatever stands in it. */
function leftAlone({ marker, known }: Item): Reason | null {
  if (!known) return { code: 'unknown-marker', message: `[${marker}] is somebody else's marker` };
  return marker === 'x' ? { code: 'complete', message: 'it is done' } : null;
}

async function readDatabase(
  run: RunContext,
  file: string,
  item: Item,
  step: StepItem,
): Promise<Pick<Details, 'findings' | 'candidates'>> {
  const dossier = openDossier(file, item, { path: '', remembered: null });
  const facts = await gatherFacts(run, step, await readSubjects(run, step), dossier);
  const study = step.study(facts, run.config.trial.maxCandidates);
  await tryInRounds({ ...run, emit: () => {} }, study, facts, dossier);
  return {
    findings: study.findings.map(({ message }) => message),
    candidates: dossier.trials.map(({ proposal }) => proposal.change.summary),
  };
}
