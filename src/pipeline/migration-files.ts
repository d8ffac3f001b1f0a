import { basename } from 'node:path';
import { readApplied } from '../migration/ledger.ts';
import type { Migration } from '../migration/migration.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { removeRepositoryFile, writeRepositoryFile } from './files.ts';
import { isWaiting } from './remembered.ts';

export async function writeMigrations(run: RunContext, dossier: Dossier): Promise<void> {
  for (const { upPath, upText, downPath, downText } of dossier.migrations) {
    await writeRepositoryFile(run, upPath, upText);
    await writeRepositoryFile(run, downPath, downText);
    dossier.files.push(upPath, downPath);
  }
}

/**
 * Removes the files of migrations that did not take effect, so that nobody applies them by mistake. Files that an
 * earlier run handed over stay: they may be committed already.
 */
export async function discardMigrations(run: RunContext, dossier: Dossier): Promise<void> {
  if (run.options.dryRun) return;
  const handedOver = new Set(dossier.earlier?.migrations.map(({ up }) => up));
  const isKept = ({ upPath }: Migration) => handedOver.has(upPath);
  const discarded = dossier.migrations
    .filter((migration) => !isKept(migration))
    .flatMap(({ upPath, downPath }) => [upPath, downPath]);
  for (const path of discarded) await removeRepositoryFile(run, path);
  dossier.files = dossier.files.filter((path) => !discarded.includes(path));
  dossier.migrations = dossier.migrations.filter(isKept);
}

/** Removes the files that an earlier run wrote for this item, where another change takes their place and they never took effect. */
export async function removeSuperseded(run: RunContext, dossier: Dossier): Promise<void> {
  const { earlier } = dossier;
  if (earlier === null || !isWaiting(earlier)) return;
  const current = new Set(dossier.migrations.map(({ upPath }) => upPath));
  const applied = await readApplied(run.control);
  for (const { up, down } of earlier.migrations) {
    if (current.has(up) || applied.has(basename(up, '.up.sql'))) continue;
    await removeRepositoryFile(run, up);
    await removeRepositoryFile(run, down);
  }
}
