import { createHash } from 'node:crypto';
import { Blocked } from '../../outcome.ts';
import type { MigrationDraft, MigrationFolder, MigrationFormat } from './format.ts';
import { single } from './single.ts';
import { isTransactional, toolHeader, undoLines, upSql } from './text.ts';
import { nextVersions, numbersOf } from './version.ts';

/** `committed/000007-words.sql`: the only names that the tool looks at. */
const COMMITTED = /^committed\/([0-9]+)(?:-[-_a-zA-Z0-9]*)?\.sql$/;

/**
 * A committed migration. Each names the hash of the one before and its own; `--! no-transaction` is the first line of
 * its body. The tool only rolls forward.
 */
export const graphileMigrate: MigrationFormat = {
  name: 'graphile-migrate',
  tool: { label: 'graphile-migrate', command: () => 'npx graphile-migrate migrate' },
  folder: 'migrations',
  // The two placeholders that the tool always has.
  directive: /:DATABASE_(?:NAME|OWNER)\b/,
  reads: (paths) => committed(paths).slice(-1),
  write: (drafts, folder) => {
    const versions = nextVersions(
      numbersOf(folder.paths, COMMITTED),
      drafts.map(({ time }) => time),
      { sequence: '000001' },
    );
    let previous = lastHash(folder);
    return drafts.map((draft, at) => {
      const name = `${versions[at]}-${draft.slug.slice(0, 60)}`;
      const body = bodyOf(draft);
      const hash = hashOf(body, previous);
      const text = `--! Previous: ${previous ?? '-'}\n--! Hash: ${hash}\n--! Message: ${draft.slug.replaceAll('_', ' ')}\n\n${body}`;
      previous = hash;
      return single(
        'graphile-migrate',
        name,
        draft,
        { path: `${folder.path}/committed/${name}.sql`, text },
        { hasDown: false },
      );
    });
  },
  withdraw: (names, { paths }) => {
    // What somebody has committed after ours names our hash: then ours has to stay.
    const gone = new Set<string>();
    for (const path of committed(paths).toReversed()) {
      const name = nameOf(path);
      if (!names.includes(name)) break;
      gone.add(name);
    }
    return { names: gone, shared: [] };
  },
};

function bodyOf(draft: MigrationDraft): string {
  const mark = isTransactional(draft) ? '' : '--! no-transaction\n';
  return mark + toolHeader(draft, undoLines(draft)) + upSql(draft);
}

/** As the tool computes it: of the previous hash, a newline and the body, trimmed. */
function hashOf(body: string, previous: string | null): string {
  const text = `${`${previous ?? ''}\n${body.trim()}`.trim()}\n`;
  return `sha1:${createHash('sha1').update(text).digest('hex')}`;
}

function committed(paths: readonly string[]): string[] {
  const numberOf = (path: string) => Number(COMMITTED.exec(path)?.[1] ?? 0);
  return paths.filter((path) => COMMITTED.test(path)).toSorted((a, b) => numberOf(a) - numberOf(b));
}

function nameOf(path: string): string {
  return path.slice('committed/'.length, -'.sql'.length);
}

function lastHash({ path, paths, texts }: MigrationFolder): string | null {
  const last = committed(paths).at(-1);
  if (last === undefined) return null;
  const hash = /^--! Hash: (\S+)$/m.exec(texts.get(last) ?? '')?.[1];
  if (hash !== undefined) return hash;
  throw new Blocked(
    'failed',
    'migration-folder-unclear',
    `${path}/${last} has no hash that the next migration could name`,
  );
}
