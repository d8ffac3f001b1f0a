import { readFile } from 'node:fs/promises';
import { PitstopError } from '../errors.ts';
import { withScripts } from '../pg/script.ts';
import type { Target } from '../pg/target.ts';

/** Runs SQL files on a server of our own, in order; each may hold many statements. */
export async function loadSeeds(target: Target, files: readonly string[]): Promise<void> {
  await withScripts(target, async (runScript) => {
    for (const file of files) {
      try {
        await runScript(await readFile(file, 'utf8'));
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause);
        throw new PitstopError('usage', `the seed ${file} cannot be loaded: ${message}`, {
          file,
          cause,
          hint: 'Check --seed.',
        });
      }
    }
  });
}
