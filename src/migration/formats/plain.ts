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
  write: (drafts, { path }) => {
    const versions = nextVersions(
      [],
      drafts.map(({ time }) => time),
      'utc-seconds',
    );
    return drafts.map((draft, at) =>
      pair('plain', path, draft.keptName ?? `${versions[at]}_${draft.slug}`, draft, header(draft)),
    );
  },
};
