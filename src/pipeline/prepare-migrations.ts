import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Proposal } from '../change.ts';
import { STATE_FOLDER } from '../files/state-folder.ts';
import type { FileText, MigrationDraft, MigrationFormat } from '../migration/formats/format.ts';
import { formatNamed } from '../migration/formats/index.ts';
import { plain } from '../migration/formats/plain.ts';
import { readApplied } from '../migration/ledger.ts';
import { draftsOf, writeDrafts, type Migration } from '../migration/migration.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { isInFolder } from './files.ts';
import { readMigrationFolder } from './migration-folder.ts';
import { isWaiting, type RememberedMigration } from './remembered.ts';

/**
 * The migrations of a change, as the configuration wants them. Those that an earlier run wrote for the same
 * statements, and that still wait, stay: plain files keep their names, a tool's files every byte, since the tool may
 * have applied them in the meantime.
 */
export async function prepareMigrations(
  run: RunContext,
  { file, item, earlier }: Dossier,
  proposal: Pick<Proposal, 'change' | 'reason'>,
  verdict: 'allow' | 'gate',
): Promise<Migration[]> {
  const { format, path } = destination(run, verdict);
  const origin = { taskFile: file, itemId: item.id, itemTitle: item.title, reason: proposal.reason };
  const applied = await readApplied(run.control);
  const waiting =
    earlier !== null && isWaiting(earlier) ? earlier.migrations.filter(({ name }) => !applied.has(name)) : [];
  const drafts = draftsOf(proposal.change, origin, run.now());
  const written = drafts.map(
    (draft) =>
      waiting.find((other) => other.format === format.name && isSame(draft, other) && isIn(path, other)) ??
      null,
  );
  const folder = await readMigrationFolder(run, format, path);
  if (format.tool === null) {
    const named = drafts.map((draft, at) => ({ ...draft, keptName: written[at]?.name ?? null }));
    return writeDrafts(named, format, folder);
  }
  const fresh = writeDrafts(drafts, format, folder);
  const kept = await Promise.all(
    fresh.map((migration, at) => keptMigration(run, migration, written[at] ?? null)),
  );
  // All or none: a new file between old ones would be out of order.
  return kept.every((migration) => migration !== null) ? kept : fresh;
}

/**
 * A tool applies whatever lies in its folder, so what waits for an approval stays out of it, as plain files that the
 * request binds.
 */
function destination(
  { config }: RunContext,
  verdict: 'allow' | 'gate',
): { readonly format: MigrationFormat; readonly path: string } {
  if (verdict === 'gate' && config.applyWith === 'tool')
    return { format: plain, path: `${STATE_FOLDER}/migrations` };
  return { format: formatNamed(config.migrationFormat), path: config.migrations };
}

function isSame({ steps }: MigrationDraft, { statements }: RememberedMigration): boolean {
  return steps.map((step) => step.up).join('\n') === statements.join('\n');
}

function isIn(folder: string, { files }: RememberedMigration): boolean {
  return files.every((path) => isInFolder(folder, path));
}

/** A migration as its files stand there; null where one of them is missing. */
async function keptMigration(
  { root }: RunContext,
  fresh: Migration,
  written: RememberedMigration | null,
): Promise<Migration | null> {
  if (written === null) return null;
  const { name, up, down } = written;
  const files: FileText[] = [];
  for (const path of written.files) {
    const text = await readFile(join(root, path), 'utf8').catch(() => null);
    if (text === null) return null;
    files.push({ path, text });
  }
  const upText = files.find(({ path }) => path === up)?.text;
  if (upText === undefined) return null;
  const note = fresh.note?.replace(fresh.upPath, () => up) ?? null;
  return { ...fresh, name, files, upPath: up, upText, downPath: down, note };
}
