import { PitstopError } from '../errors.ts';
import { revertAll } from './apply.ts';
import { revertNamed } from './apply-named.ts';
import { discardChangeFiles } from './change-files.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { discardMigrations } from './migration-files.ts';
import { takeFromSource } from './source-file.ts';

/**
 * Undoes what this run has just done for an item: a rewrite in its file, what was built, and the files of both. Anything
 * else goes back through the gate, or stays.
 * @returns how it ended, for the end of a sentence: `it was taken back`, or what stays applied and how it goes back
 */
export async function takeBack(run: RunContext, dossier: Dossier): Promise<string> {
  const rewrite = dossier.chosen?.proposal.change.rewrite;
  if (rewrite !== undefined) await takeFromSource(run, dossier, rewrite);
  const left: string[] = [];
  for (const name of await revertAll(run, dossier.item.id, dossier.migrations)) {
    const problem = await takeBackThroughGate(run, name);
    if (problem !== null) left.push(`${name} stays applied (${problem}): pitstop revert ${name}`);
  }
  dossier.after = null;
  dossier.speedup = null;
  dossier.rows = 'not-applicable';
  dossier.effect = 'none';
  if (left.length > 0) return left.join('; ');
  dossier.changes = null;
  await discardMigrations(run, dossier);
  await discardChangeFiles(run, dossier);
  return 'it was taken back';
}

/** Null where it was taken back, else what is in the way. */
async function takeBackThroughGate(run: RunContext, name: string): Promise<string | null> {
  try {
    const { result, reason, request } = await revertNamed(run, name);
    if (result === 'reverted') return null;
    return request === null ? reason.message : `request ${request} waits`;
  } catch (error) {
    if (error instanceof PitstopError) return error.message;
    throw error;
  }
}
