import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Blocked } from '../outcome.ts';
import { chooseStatement } from '../source/choose.ts';
import { findStatements } from '../source/find.ts';
import { inputFields, type FileReference, type InputFields } from '../task/input.ts';
import type { Item } from '../task/item.ts';
import { resolveInside } from './inside.ts';
import type { SourceStatement } from './source-file.ts';

export interface ItemInputs {
  readonly fields: InputFields;
  /** Where the statement was found, for people: `Query`, `sql block`, `src/users.ts:42`; null where there is none. */
  readonly from: string | null;
  /** The file that the statement was found in; null where the item itself states it. */
  readonly source: SourceStatement | null;
}

/** An item's input fields, with the statement of its file where the item itself states none. */
export async function readInputs(root: string, item: Item): Promise<ItemInputs> {
  const fields = inputFields(item);
  if (fields.queries.length > 0) return { fields, from: 'Query', source: null };
  if (fields.sqlBlocks.length > 0) return { fields, from: 'sql block', source: null };
  const [file] = fields.files;
  if (file === undefined) return { fields, from: null, source: null };
  const found = await findInFile(root, file, item);
  return found === null
    ? { fields, from: null, source: null }
    : {
        fields: { ...fields, query: found.sql },
        from: `${file.path}:${found.line}`,
        source: { path: file.path, sql: found.sql },
      };
}

/**
 * The statement that a file holds. None in a source file means that the item is about something else; several are a
 * question, never a guess.
 */
async function findInFile(root: string, { path, lines }: FileReference, item: Item) {
  const source = await readInside(root, path);
  if (source === null) {
    if (!path.toLowerCase().endsWith('.sql')) return null;
    throw new Blocked(
      'needs-information',
      'file-not-found',
      `${path} cannot be read; which file holds the statement?`,
    );
  }
  const found = findStatements(source, { extension: extname(path), lines: null });
  const choice = chooseStatement(found, { title: item.title, lines });
  if (choice.ok) return choice.statement;
  if (choice.code === 'statement-not-found' && !path.toLowerCase().endsWith('.sql')) return null;
  throw new Blocked('needs-information', choice.code, choice.message);
}

/** Null for what cannot be read, or is outside the repository. */
async function readInside(root: string, path: string): Promise<string | null> {
  const file = await resolveInside(root, path);
  return file === null ? null : readFile(file, 'utf8').catch(() => null);
}
