import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { RunContext } from './context.ts';
import { readEvidence, type RememberedEvidence } from './remembered.ts';

/** The evidence of all items of all task files, in no order; what cannot be read is left out. */
export async function* allEvidence({
  root,
  config,
}: Pick<RunContext, 'root' | 'config'>): AsyncGenerator<RememberedEvidence> {
  const entries = await readdir(join(root, config.evidence), { recursive: true }).catch((): string[] => []);
  for (const entry of entries.filter((name) => name.endsWith('.json'))) {
    const evidence = await readEvidence(root, posix.join(config.evidence, entry.replaceAll('\\', '/')));
    if (evidence !== null) yield evidence;
  }
}
