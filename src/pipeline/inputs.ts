import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import { inputFields, type InputFields } from '../task/input.ts';
import type { Item } from '../task/item.ts';
import { Blocked } from './outcome.ts';

/** An item's input fields, the statement of a `.sql` file read in. A query that the item itself holds wins. */
export async function readInputs(root: string, item: Item): Promise<InputFields> {
  const inputs = inputFields(item);
  if (inputs.query !== null || inputs.sqlBlocks.length > 0 || inputs.file === null) return inputs;
  if (!inputs.file.toLowerCase().endsWith('.sql')) return inputs;
  return { ...inputs, query: await readSqlFile(root, inputs.file) };
}

async function readSqlFile(root: string, file: string): Promise<string> {
  const path = resolve(root, file);
  if (isAbsolute(file) || !path.startsWith(root + sep)) {
    throw new Blocked(
      'needs-information',
      'file-outside',
      `${file} is outside the repository; which file is meant?`,
    );
  }
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new Blocked(
      'needs-information',
      'file-not-found',
      `${file} cannot be read; which file holds the statement?`,
    );
  }
}
