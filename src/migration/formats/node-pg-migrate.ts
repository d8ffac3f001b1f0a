import type { MigrationDraft, MigrationFormat } from './format.ts';
import { single } from './single.ts';
import { downSql, isTransactional, toolHeader, undoOf, upSql } from './text.ts';
import { nextVersions, numbersOf } from './version.ts';

/**
 * An SQL file with a part up and a part down. SQL files always run in a transaction; only a JavaScript migration can
 * leave it, with `pgm.noTransaction()`, so what cannot run in one is such a file.
 */
export const nodePgMigrate: MigrationFormat = {
  name: 'node-pg-migrate',
  tool: {
    label: 'node-pg-migrate',
    command: (folder) => `npx node-pg-migrate up --migrations-dir ${folder}`,
  },
  folder: 'migrations',
  directive: /^\s*--[\s-]*(?:up|down)\s+migration/im,
  write: (drafts, { path, paths }) => {
    const versions = nextVersions(
      numbersOf(paths, /^(\d+)[^/]*$/),
      drafts.map(({ time }) => time),
      // The tool reads 17 digits as a time and compares it with the milliseconds of its own names; 14 it would take for a number far above those.
      'utc-milliseconds',
    );
    return drafts.map((draft, at) => {
      const name = `${versions[at]}_${draft.slug}`;
      const file = isTransactional(draft)
        ? { path: `${path}/${name}.sql`, text: sqlFile(draft) }
        : { path: `${path}/${name}.js`, text: javaScriptFile(draft) };
      return single('node-pg-migrate', name, draft, file, { hasDown: true });
    });
  },
};

function sqlFile(draft: MigrationDraft): string {
  return [toolHeader(draft), `-- Up Migration\n${upSql(draft)}`, `-- Down Migration\n${downSql(draft)}`].join(
    '\n',
  );
}

function javaScriptFile(draft: MigrationDraft): string {
  const why = 'SQL files of node-pg-migrate run in a transaction, JavaScript can leave it.';
  return [
    toolHeader(draft, [why], '//'),
    action(
      'up',
      draft.steps.map((step) => step.up),
    ),
    action('down', undoOf(draft)),
  ].join('\n');
}

function action(direction: 'up' | 'down', statements: readonly string[]): string {
  if (statements.length === 0) return `export const ${direction} = () => {};\n`;
  const calls = statements.map((sql) => `  pgm.sql(${template(sql)});\n`).join('');
  return `export const ${direction} = (pgm) => {\n  pgm.noTransaction();\n${calls}};\n`;
}

/** SQL as a JavaScript template that evaluates to exactly that text. */
function template(sql: string): string {
  const escaped = sql.replaceAll(/[\\`]|\$\{/g, (found) => `\\${found}`).replaceAll('\r', String.raw`\r`);
  return `\`${escaped}\``;
}
