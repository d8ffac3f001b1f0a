import { join } from 'node:path';
import { ensureStateFolder } from '../files/state-folder.ts';
import { readTaskFile, updateTaskFile } from '../files/task-file.ts';
import { hashKey } from '../journal/journal.ts';
import { redact } from '../report/redact.ts';
import { outputFields } from '../report/fields.ts';
import { editItem, type ItemEdit } from '../task/edit.ts';
import { fingerprint } from '../task/fingerprint.ts';
import type { Item, Marker } from '../task/item.ts';
import { parseTaskFile } from '../task/parse.ts';
import { rollUpParents } from '../task/rollup.ts';
import { note } from './audit.ts';
import { noteDue } from './commit-due.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { enterJournal } from './enter-journal.ts';
import { evidenceOf, recordedMigrations } from './evidence.ts';
import { writeRepositoryFile } from './files.ts';
import { isProvenInPlace } from './in-place.ts';
import { reportOf } from './item-report.ts';
import { OUTCOMES, type Conclusion, type ItemReport, type Reason } from '../outcome.ts';

/**
 * Marks an item as begun, on disk and in the journal; the journal first, so that `[~]` is never without an owner.
 * False where a person has changed the item since it was read: then it is left alone.
 */
export async function begin(run: RunContext, { file, item }: Dossier): Promise<boolean> {
  if (run.options.dryRun) return true;
  await ensureStateFolder(run.root);
  await enterJournal(run, file, hashKey(item.key), { type: 'begun', marker: item.marker });
  const edit: ItemEdit = {
    marker: '~',
    owned: new Map(),
    expected: { marker: item.marker, fingerprint: fingerprint(item) },
  };
  const refusal = await writeItem(run, file, item, edit);
  if (refusal !== null)
    await enterJournal(run, file, hashKey(item.key), { type: 'finished', outcome: 'left-alone' });
  return refusal === null;
}

/** Puts back the marker from before, when a run is interrupted with nothing applied. */
export async function giveBack(run: RunContext, { file, item }: Dossier, marker: Marker): Promise<void> {
  if (run.options.dryRun) return;
  await writeItem(run, file, item, { marker, owned: new Map(), expected: { marker: '~' } });
  await enterJournal(run, file, hashKey(item.key), { type: 'finished', outcome: 'interrupted' });
}

/** Writes the evidence, then the item, then the end into the journal. A person's change of the item wins over ours. */
export async function record(run: RunContext, dossier: Dossier, conclusion: Conclusion): Promise<ItemReport> {
  const { file, item, earlier, evidencePath: path } = dossier;
  const marker = OUTCOMES[conclusion.outcome];
  if (run.options.dryRun) return reportOf(dossier, marker, conclusion, null);
  // Done once more, and what an earlier run applied is still what does it: its proof and its way back stay.
  if (conclusion.outcome === 'already-met' && (await isProvenInPlace(run, dossier))) {
    await writeItem(run, file, item, { marker, owned: new Map(), expected: { marker: '~' } });
    await enterJournal(run, file, hashKey(item.key), { type: 'finished', outcome: conclusion.outcome });
    return reportOf(dossier, marker, conclusion, dossier.evidencePath);
  }

  const migrations = recordedMigrations(dossier);
  const edit: ItemEdit = {
    marker,
    fields: redact(
      outputFields({
        ...dossier,
        ...conclusion,
        sizeBytes: dossier.chosen?.sizeBytes ?? 0,
        tests: dossier.tests?.comparison.field ?? null,
        hasMigrations: migrations.length > 0,
        upPaths: [...migrations.map(({ up }) => up), ...pathsOf(dossier, 'main')],
        downPaths: [...migrations.flatMap(({ down }) => down ?? []), ...pathsOf(dossier, 'reverse')],
        request: dossier.request?.id ?? null,
        evidence: path,
      }),
    ),
    owned: new Map(Object.entries(earlier?.fields ?? {})),
    expected: { marker: '~', fingerprint: fingerprint(item) },
  };

  // The evidence goes first: it holds the hashes by which the fields are known as ours.
  const edited = editItem((await readTaskFile(join(run.root, file))).text, item.key, edit);
  const written = edited.ok ? edited.written : new Map<string, string>();
  const evidence = redact(evidenceOf(run, dossier, conclusion, written));
  await writeRepositoryFile(run, path, `${JSON.stringify(evidence, null, 2)}\n`);
  dossier.files.push(path);

  await noteDue(run, dossier, conclusion, edit);
  const conflict = await writeItem(run, file, item, edit);
  if (conflict?.code === 'task-file-changed') await reopen(run, file, item);
  // Fields that cannot be written without damage stay in the evidence; the marker alone is safer to set.
  const markOnly: ItemEdit = { marker, owned: new Map() };
  if (conflict?.code === 'edit-refused') await writeItem(run, file, item, markOnly);
  if (conflict !== null)
    await noteDue(run, dossier, conclusion, conflict.code === 'edit-refused' ? markOnly : null);
  await enterJournal(run, file, hashKey(item.key), { type: 'finished', outcome: conclusion.outcome });
  if (conflict !== null) {
    const left = conflict.code === 'edit-refused' ? marker : ' ';
    return { ...reportOf(dossier, left, conclusion, path), reason: conflict };
  }
  dossier.files.unshift(file);
  await note(run, { event: 'recorded', taskFile: file, item: item.id, outcome: conclusion.outcome });
  return reportOf(dossier, marker, conclusion, path);
}

function pathsOf({ written }: Dossier, role: 'main' | 'reverse'): string[] {
  return written.filter((file) => file.role === role).map(({ path }) => path);
}

/** Null where the item was written, else why the file keeps what a person wrote. */
async function writeItem(run: RunContext, file: string, item: Item, edit: ItemEdit): Promise<Reason | null> {
  let refusal: Reason | null = null;
  await updateTaskFile(join(run.root, file), (text) => {
    const result = editItem(text, item.key, edit);
    refusal = null;
    if (result.ok) return withParents(result.text, item.key);
    refusal =
      result.code === 'edit-refused'
        ? { code: 'edit-refused', message: result.message }
        : {
            code: 'task-file-changed',
            message: `the item was changed meanwhile; the result is in the evidence (${result.message})`,
          };
    return text;
  });
  return refusal;
}

/** A changed item is open again: what was found answers another question than the one that stands there now. */
async function reopen(run: RunContext, file: string, item: Item): Promise<void> {
  await updateTaskFile(join(run.root, file), (text) => {
    const sameAs = ({ id, title, line }: Item) =>
      id === item.id || title === item.title || line === item.line;
    const [only, ...others] = parseTaskFile(text).items.filter(
      (other) => other.marker === '~' && sameAs(other),
    );
    if (only === undefined || others.length > 0) return text;
    const result = editItem(text, only.key, { marker: ' ', owned: new Map() });
    return result.ok ? withParents(result.text, only.key) : text;
  });
}

/** The item's parents follow it; those that cannot be marked without damage keep their markers. */
export function withParents(text: string, key: string): string {
  const rolled = rollUpParents(text, (item) => item.key === key);
  return rolled.ok ? rolled.text : text;
}
