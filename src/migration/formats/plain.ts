import type { MigrationFormat } from './format.ts';
import { pair } from './pair.ts';
import { header } from './text.ts';
import { nextVersions } from './version.ts';

/** A pair of files that `psql -f` runs; pitstop applies them, or a person. */
export const plain: MigrationFormat = {
  name: 'plain',
  tool: null,
  folder: 'migrations',
  directive: null,
  write: (drafts, { path, paths }) => {
    const versions = nextVersions(
      [],
      drafts.map(({ time }) => time),
      'utc-seconds',
    );
    return drafts.map((draft, at) => {
      const name = draft.keptName ?? freeName(`${versions[at]}_${draft.slug}`, paths);
      return pair('plain', path, name, draft, header(draft));
    });
  },
};

/** Two items may be decided in the same second, and their words may be the same as far as a name has room. */
function freeName(name: string, paths: readonly string[]): string {
  let free = name;
  for (let more = 2; paths.includes(`${free}.up.sql`); more += 1) free = `${name}_${more}`;
  return free;
}
