import { realpath } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';

/** The real path of a file of the repository; null for what is not there, or is outside once links are followed. */
export async function resolveInside(root: string, path: string): Promise<string | null> {
  if (isAbsolute(path)) return null;
  try {
    const [real, inside] = [await realpath(resolve(root, path)), await realpath(root)];
    return real.startsWith(inside + sep) ? real : null;
  } catch {
    return null;
  }
}
