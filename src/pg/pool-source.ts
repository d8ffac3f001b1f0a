import { readFile } from 'node:fs/promises';

/** The text of the module through which pitstop itself connects, for projects to have, too. The build puts it beside. */
export function readPoolSource(): Promise<string> {
  return readFile(new URL('pool.ts', import.meta.url), 'utf8');
}
