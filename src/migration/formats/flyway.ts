import type { FileText, MigrationDraft, MigrationFormat } from './format.ts';
import { downSql, isTransactional, toolHeader, upSql } from './text.ts';
import { nextVersions, numbersOf } from './version.ts';

/**
 * A versioned migration and an undo migration; a `.conf` of the same name beside a script says that it does not run in
 * a transaction.
 */
export const flyway: MigrationFormat = {
  name: 'flyway',
  tool: { label: 'Flyway', command: (folder) => `flyway -locations=filesystem:${folder} migrate` },
  folder: 'sql',
  directive: null,
  write: (drafts, { path, paths }) => {
    const versions = nextVersions(
      numbersOf(paths, /(?:^|\/)[VU](\d+)[\d._]*__[^/]*\.sql$/),
      drafts.map(({ time }) => time),
      'utc-seconds',
    );
    return drafts.map((draft, at) => {
      const name = `${versions[at]}__${draft.slug}`;
      const note = noteOf(draft);
      const header = toolHeader(draft, note === null ? [] : [note]);
      const up = script(`${path}/V${name}.sql`, header + upSql(draft), draft);
      const down = script(`${path}/U${name}.sql`, header + downSql(draft), draft);
      return {
        format: 'flyway',
        name: `V${name}`,
        steps: draft.steps,
        files: [up.file, ...up.config, down.file, ...down.config],
        upPath: up.file.path,
        upText: up.file.text,
        downPath: down.file.path,
        byHand: false,
        note,
      };
    });
  },
};

interface Script {
  readonly file: FileText;
  readonly config: readonly FileText[];
}

function script(path: string, text: string, draft: MigrationDraft): Script {
  const settings = [
    ...(isTransactional(draft) ? [] : ['executeInTransaction=false']),
    ...(text.includes('${') ? ['placeholderReplacement=false'] : []),
  ];
  const config = settings.map((setting) => `${setting}\n`).join('');
  return { file: { path, text }, config: config === '' ? [] : [{ path: `${path}.conf`, text: config }] };
}

function noteOf(draft: MigrationDraft): string | null {
  if (isTransactional(draft)) return null;
  return 'Flyway has to run with flyway.postgresql.transactional.lock=false, or a concurrent build waits for the transaction that holds its lock';
}
