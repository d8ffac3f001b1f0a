import type { FileText } from '../migration/formats/format.ts';
import { formatNamed } from '../migration/formats/index.ts';
import { readApplied, readInForce } from '../migration/ledger.ts';
import { isConnectionLoss } from '../pg/failure.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { isWritable, removeRepositoryFile, writeRepositoryFile } from './files.ts';
import { readMigrationFolder } from './migration-folder.ts';
import { isWaiting } from './remembered.ts';

/** Writes the item's migrations, then enters them where their tool keeps a list. */
export async function writeMigrations(run: RunContext, dossier: Dossier): Promise<void> {
  const { migrations } = dossier;
  const written: FileText[] = migrations.flatMap(({ files }) => files);
  for (const { path, text } of written) await writeRepositoryFile(run, path, text);
  dossier.files.push(...written.map(({ path }) => path));
  for (const format of formatsOf(migrations)) {
    if (format.register === undefined) continue;
    const folder = await readMigrationFolder(run, format, run.config.migrations);
    const own = migrations.filter((migration) => migration.format === format.name);
    for (const { path, text } of format.register(own, folder, run.now())) {
      await writeRepositoryFile(run, path, text);
      dossier.files.push(path);
    }
  }
}

/**
 * Removes the files of migrations that did not take effect, so that nobody applies them by mistake. Files that an
 * earlier run handed over stay: they may be committed already. So do those of what the ledger has in force, which are
 * its way back.
 */
export async function discardMigrations(run: RunContext, dossier: Dossier): Promise<void> {
  if (run.options.dryRun || dossier.migrations.length === 0) return;
  const handedOver = new Set(dossier.earlier?.migrations.map(({ up }) => up));
  const inForce = await readInForce(run.control).catch((error: unknown) => {
    // Lost before anything was applied: after that an item is left open, and this is not called.
    if (isConnectionLoss(error)) return new Set<string>();
    throw error;
  });
  const discarded = dossier.migrations.filter(
    ({ upPath, name }) => !handedOver.has(upPath) && !inForce.has(name),
  );
  const removed = await removeMigrations(
    run,
    discarded.map(({ format, name, files }) => ({ format, name, files: files.map(({ path }) => path) })),
  );
  dossier.files = dossier.files.filter((path) => !removed.has(path));
  dossier.removed.push(...removed);
  dossier.migrations = dossier.migrations.filter((migration) => !discarded.includes(migration));
}

/** Removes the files that an earlier run wrote for this item, where another change takes their place and they never took effect. */
export async function removeSuperseded(run: RunContext, dossier: Dossier): Promise<void> {
  const { earlier } = dossier;
  if (earlier === null || !isWaiting(earlier)) return;
  const current = new Set(dossier.migrations.map(({ upPath }) => upPath));
  const applied = await readApplied(run.control);
  const removed = await removeMigrations(
    run,
    earlier.migrations.filter(({ up, name }) => !current.has(up) && !applied.has(name)),
  );
  dossier.removed.push(...removed);
}

interface Removable {
  readonly format: string;
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * Takes migrations out of their tool's list, then removes their files. Those in a folder that the configuration does
 * not name any more stay. The paths that were changed or removed.
 */
async function removeMigrations(run: RunContext, all: readonly Removable[]): Promise<Set<string>> {
  const migrations = all.filter(({ files }) => files.every((path) => isWritable(run.config, path)));
  const touched = new Set<string>();
  for (const format of formatsOf(migrations)) {
    const own = migrations.filter((migration) => migration.format === format.name);
    const folder = await readMigrationFolder(run, format, run.config.migrations);
    const withdrawal = format.withdraw?.(
      own.map(({ name }) => name),
      folder,
    );
    for (const { path, text } of withdrawal?.shared ?? []) {
      await (text === null ? removeRepositoryFile(run, path) : writeRepositoryFile(run, path, text));
      touched.add(path);
    }
    for (const { name, files } of own) {
      if (withdrawal?.names.has(name) === false) continue;
      for (const path of files) {
        await removeRepositoryFile(run, path);
        touched.add(path);
      }
    }
  }
  return touched;
}

function formatsOf(migrations: readonly { readonly format: string }[]) {
  return [...new Set(migrations.map(({ format }) => format))].map(formatNamed);
}
