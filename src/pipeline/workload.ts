import { createHash } from 'node:crypto';
import { Blocked } from '../outcome.ts';
import { recognise } from '../steps/registry.ts';
import type { InputFields } from '../task/input.ts';
import { workloadOf, type Workload } from '../task/workload.ts';
import type { RunContext } from './context.ts';
import { chooseCounted, noteOfCounted, type CountedChoice } from './counted-workload.ts';
import type { Dossier } from './dossier.ts';
import { chooseOfFile, noteOfFile, readWorkloadFile, type FileChoice } from './file-workload.ts';

/** The statement that stands for a workload, and what it was chosen from. */
export type WorkloadChoice = (CountedChoice | FileChoice) & {
  /** SHA-256 (hex) of the statement, by which a later run knows it. */
  readonly statement: string;
};

interface ResolvedFields {
  readonly fields: InputFields;
  readonly choice: WorkloadChoice | null;
}

/**
 * The input fields with the statement of their workload in Query: the one that costs most of those that can be measured.
 * Other fields come back as they are.
 */
export async function withWorkload(run: RunContext, fields: InputFields): Promise<ResolvedFields> {
  const workload = leftToWorkload(fields);
  if (workload === null) return { fields, choice: null };
  if (workload.from === 'pg_stat_statements') {
    const { query, choice } = await chooseCounted(run, fields, workload.top);
    return { fields: { ...fields, query }, choice: { ...choice, statement: hashOf(query) } };
  }
  const file = await readWorkloadFile(run.root, workload.path);
  const { query, choice } = await chooseOfFile(run, fields, file);
  return {
    fields: { ...fields, query, workload: `${file.path} ${file.hash}` },
    choice: { ...choice, statement: hashOf(query) },
  };
}

/**
 * The input fields with the statement that was chosen before: of a file the same one, without executing any, and none
 * where it has that one no more. What a server counts is looked up again.
 */
export async function withChosen<Choice extends Pick<WorkloadChoice, 'statement'>>(
  run: RunContext,
  fields: InputFields,
  choice: Choice | null,
): Promise<{ readonly fields: InputFields; readonly choice: WorkloadChoice | Choice | null }> {
  const workload = leftToWorkload(fields);
  if (workload?.from !== 'file') return withWorkload(run, fields);
  const { path, hash, statements } = await readWorkloadFile(run.root, workload.path);
  const query = statements.find(({ sql }) => hashOf(sql) === choice?.statement)?.sql ?? null;
  return { fields: { ...fields, query, workload: `${path} ${hash}` }, choice };
}

/** Whether the statement that was chosen of a file still stands there; true of everything else. */
export async function holdsChosen(
  { root }: Pick<RunContext, 'root'>,
  choice: WorkloadChoice | null,
): Promise<boolean> {
  if (choice?.from !== 'file') return true;
  const file = await readWorkloadFile(root, choice.path).catch((error: unknown) => {
    if (error instanceof Blocked) return null;
    throw error;
  });
  return file?.statements.some(({ sql }) => hashOf(sql) === choice.statement) ?? false;
}

/** The workload that an item leaves its statement to; null where it states one, and where it is not about a statement. */
export function leftToWorkload(fields: InputFields): Workload | null {
  const recognition = recognise(fields);
  return recognition.result === 'kind' && recognition.kind.ofStatement ? workloadOf(fields) : null;
}

/** Tells people which statement it is and what it takes. */
export function noteWorkload(dossier: Dossier, choice: WorkloadChoice | null): void {
  dossier.workload = choice;
  if (choice === null) return;
  const note = choice.from === 'file' ? noteOfFile(choice) : noteOfCounted(choice);
  if (!dossier.notes.includes(note)) dossier.notes.push(note);
}

function hashOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}
