import type { MigrationDraft, MigrationFormat } from './format.ts';
import { downSql, isTransactional, toolHeader, upSql } from './text.ts';
import { nextVersions, numbersOf } from './version.ts';

/**
 * A folder with `migration.sql`, and `down.sql` for a person: the tool has no way back. It sends a file as one message:
 * a lone statement runs outside of a transaction, several are one. Nothing in a file can mark it.
 */
export const prisma: MigrationFormat = {
  name: 'prisma',
  tool: { label: 'Prisma', command: () => 'npx prisma migrate deploy' },
  folder: 'prisma/migrations',
  directive: null,
  write: (drafts, { path, paths }) => {
    const versions = nextVersions(
      numbersOf(paths, /^(\d+)_[^/]*\//),
      drafts.map(({ time }) => time),
      'utc-seconds',
    );
    return drafts.map((draft, at) => {
      const name = `${versions[at]}_${draft.slug}`;
      const upPath = `${path}/${name}/migration.sql`;
      const downPath = `${path}/${name}/down.sql`;
      const header = toolHeader(draft, markOf(draft));
      const upText = header + upSql(draft);
      return {
        format: 'prisma',
        name,
        steps: draft.steps,
        files: [
          { path: upPath, text: upText },
          {
            path: downPath,
            text: `${header}-- Undo it with: npx prisma db execute --file ${downPath}\n${downSql(draft)}`,
          },
        ],
        upPath,
        upText,
        downPath,
        byHand: false,
        note: noteOf(draft),
      };
    });
  },
};

function markOf(draft: MigrationDraft): string[] {
  return isTransactional(draft)
    ? []
    : ['Prisma has no mark for this, it runs a lone statement outside of a transaction.'];
}

/** `prisma migrate dev` compares the database with the schema file and would drop what that does not know. */
function noteOf({ steps }: MigrationDraft): string | null {
  if (steps.every((step) => step.builds === null)) return null;
  return 'declare the index in schema.prisma too (@@index with map), or the next migrate dev proposes to drop it';
}
