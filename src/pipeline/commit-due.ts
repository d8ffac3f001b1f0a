import { STATE_FOLDER } from '../files/state-folder.ts';
import { hashKey } from '../journal/journal.ts';
import type { Conclusion } from '../outcome.ts';
import { commitBody } from '../report/commit-message.ts';
import { redact } from '../report/redact.ts';
import type { ItemEdit, OutputField } from '../task/edit.ts';
import type { Marker } from '../task/item.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { enterJournal } from './enter-journal.ts';

/** What is to be committed of a recorded item. It stands in the journal until it is. */
export interface CommitDue {
  /** Null where the item was not edited, since a person has changed it. */
  readonly edit: DueEdit | null;
  /** Files that were written or removed besides the task file, relative to the root. */
  readonly paths: readonly string[];
  readonly body: string;
}

interface DueEdit {
  readonly marker: Marker | null;
  readonly fields: readonly OutputField[];
  /** As in `ItemEdit`. */
  readonly owned: Readonly<Record<string, string>>;
  readonly fingerprint: string | null;
}

/** Notes what a run with commits is about to record; the journal has it before the task file does. */
export async function noteDue(
  run: RunContext,
  dossier: Dossier,
  conclusion: Conclusion,
  edit: ItemEdit | null,
): Promise<void> {
  if (!run.options.commit) return;
  const { file, item, files, removed } = dossier;
  const paths = [...new Set([...files, ...removed])].filter(
    (path) => path !== file && !path.startsWith(`${STATE_FOLDER}/`),
  );
  const body = commitBody({
    ...dossier,
    ...conclusion,
    migrations: dossier.migrations.map(({ upPath }) => upPath),
    request: dossier.request?.id ?? null,
    approval: dossier.approval,
    evidence: dossier.evidencePath,
  });
  const due: CommitDue = { edit: edit === null ? null : dueEditOf(edit), paths, body };
  await enterJournal(run, file, hashKey(item.key), { type: 'commit-due', due: redact(due) });
}

/** The edit as `editItem` takes it; whether the item is as it was when it was worked on is checked again. */
export function itemEditOf({ marker, fields, owned, fingerprint }: DueEdit): ItemEdit {
  return {
    ...(marker === null ? {} : { marker }),
    fields,
    owned: new Map(Object.entries(owned)),
    ...(fingerprint === null ? {} : { expected: { fingerprint } }),
  };
}

function dueEditOf({ marker, fields, owned, expected }: ItemEdit): DueEdit {
  return {
    marker: marker ?? null,
    fields: fields ?? [],
    owned: Object.fromEntries(owned),
    fingerprint: expected?.fingerprint ?? null,
  };
}
