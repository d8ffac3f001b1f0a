import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfiguredSetting } from '../tuning/configured.ts';
import { allEvidence } from './all-evidence.ts';
import type { RunContext } from './context.ts';
import type { RememberedEvidence } from './remembered.ts';

/**
 * What the newest configuration of this repository gives the server, as far as its files are still there: it has what
 * those before it had.
 */
export async function readConfigured(run: RunContext): Promise<readonly ConfiguredSetting[]> {
  let newest: RememberedEvidence | null = null;
  for await (const evidence of allEvidence(run)) {
    if (evidence.configures.length === 0 || !(await isThere(run.root, evidence))) continue;
    if (newest === null || evidence.recordedAt > newest.recordedAt) newest = evidence;
  }
  return newest?.configures ?? [];
}

async function isThere(root: string, { files }: RememberedEvidence): Promise<boolean> {
  for (const { path, role } of files) {
    if (role !== 'main') continue;
    const isFile = await stat(join(root, path)).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) return true;
  }
  return false;
}
