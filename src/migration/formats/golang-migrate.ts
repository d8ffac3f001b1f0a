import type { MigrationDraft, MigrationFormat } from './format.ts';
import { pair } from './pair.ts';
import { isTransactional, toolHeader } from './text.ts';
import { nextVersions, numbersOf } from './version.ts';

/**
 * A pair of files. The tool sends a file as one message: a lone statement runs outside of a transaction, several are
 * one. Nothing in a file can mark it.
 */
export const golangMigrate: MigrationFormat = {
  name: 'golang-migrate',
  tool: {
    label: 'golang-migrate',
    command: (folder) => `migrate -path ${folder} -database "$DATABASE_URL" up`,
  },
  folder: 'db/migrations',
  // With x-multi-statement the tool cuts at every semicolon, in a string too.
  directive: /;/,
  write: (drafts, { path, paths }) => {
    const versions = nextVersions(
      numbersOf(paths, /^(\d+)_[^/]*\.(?:up|down)\.[^/]+$/),
      drafts.map(({ time }) => time),
      'utc-seconds',
    );
    return drafts.map((draft, at) => {
      const note = noteOf(draft);
      const header = toolHeader(draft, note === null ? [] : [note]);
      return { ...pair('golang-migrate', path, `${versions[at]}_${draft.slug}`, draft, header), note };
    });
  },
};

function noteOf(draft: MigrationDraft): string | null {
  if (isTransactional(draft)) return null;
  return 'golang-migrate runs a lone statement outside of a transaction, unless x-use-transaction is set; leave that off';
}
