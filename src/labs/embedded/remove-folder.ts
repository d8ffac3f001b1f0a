import { chmodSync, rmSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';

const RECURSIVELY = { recursive: true, force: true, maxRetries: 5 };

/**
 * Removes a folder of ours in which another account worked. Shuts that account out first, so that it cannot swap a folder
 * for a link while root deletes.
 */
export async function removeFolder(path: string): Promise<void> {
  await chmod(path, 0o700).catch(ignoreMissing);
  await rm(path, RECURSIVELY);
}

/** The same where nothing asynchronous can happen any more. */
export function removeFolderNow(path: string): void {
  try {
    chmodSync(path, 0o700);
  } catch (error) {
    ignoreMissing(error);
  }
  rmSync(path, RECURSIVELY);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
