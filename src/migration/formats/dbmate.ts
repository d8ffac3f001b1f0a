import type { MigrationFormat } from './format.ts';
import { single } from './single.ts';
import { downSql, isTransactional, toolHeader, upSql } from './text.ts';
import { nextVersions, numbersOf } from './version.ts';

/** One file with a block up and a block down; `transaction:false` marks a block. */
export const dbmate: MigrationFormat = {
  name: 'dbmate',
  tool: { label: 'dbmate', command: (folder) => `dbmate --migrations-dir ${folder} up` },
  folder: 'db/migrations',
  directive: /^\s*--\s*migrate:/im,
  write: (drafts, { path, paths }) => {
    const versions = nextVersions(
      numbersOf(paths, /^(\d+)[^/]*\.sql$/),
      drafts.map(({ time }) => time),
      'utc-seconds',
    );
    return drafts.map((draft, at) => {
      const name = `${versions[at]}_${draft.slug}`;
      const option = isTransactional(draft) ? '' : ' transaction:false';
      const text = [
        toolHeader(draft),
        `-- migrate:up${option}\n${upSql(draft)}`,
        `-- migrate:down${option}\n${downSql(draft)}`,
      ].join('\n');
      return single('dbmate', name, draft, { path: `${path}/${name}.sql`, text }, { hasDown: true });
    });
  },
};
