import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { PitstopError } from '../errors.ts';
import type { Target } from '../pg/target.ts';

/** Runs SQL files on a server of our own, in order; each may hold many statements. */
export async function loadSeeds(target: Target, files: readonly string[]): Promise<void> {
  const client = new pg.Client(target.config);
  await client.connect();
  try {
    for (const file of files)
      await client.query(await readSeed(file)).catch((error: unknown) => failSeed(file, error));
  } finally {
    await client.end();
  }
}

async function readSeed(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => failSeed(file, cause));
}

function failSeed(file: string, cause: unknown): never {
  const message = cause instanceof Error ? cause.message : String(cause);
  throw new PitstopError('usage', `the seed ${file} cannot be loaded: ${message}`, {
    file,
    cause,
    hint: 'Check --seed.',
  });
}
