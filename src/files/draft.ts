import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';

/**
 * Where a file is written before it takes its name, in the same folder. The name tells whose draft it is, so that what
 * a process leaves behind that was killed can be told from one that is being written.
 */
export function draftOf(file: string): string {
  const owner = ownerOf(identifyProcess(process.pid));
  return path.join(
    path.dirname(file),
    `.${path.basename(file)}.${owner}.${randomBytes(4).toString('hex')}.tmp`,
  );
}

/** Removes the drafts of processes that are gone. Those of other machines and containers on the folder stay. */
export async function removeAbandonedDrafts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, owner = '', pid] =
      /^\..+\.((\d+)\.[0-9a-f]{8}\.[0-9a-f]{8})\.[0-9a-f]{8}\.tmp$/.exec(name) ?? [];
    if (pid === undefined) continue;
    const now = ownerOf(identifyProcess(Number(pid)));
    const isOfThisWorld = worldIn(owner) === worldIn(now);
    if (isOfThisWorld && owner !== now) await rm(path.join(folder, name), { force: true });
  }
}

function ownerOf({ pid, started, world }: ProcessIdentity): string {
  return `${pid}.${shortHash(started)}.${shortHash(world)}`;
}

function worldIn(owner: string): string {
  return owner.slice(owner.lastIndexOf('.'));
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
