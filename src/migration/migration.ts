import type { Change, SqlStep } from '../change.ts';
import { Blocked } from '../outcome.ts';
import type {
  Migration,
  MigrationDraft,
  MigrationFolder,
  MigrationFormat,
  MigrationOrigin,
} from './formats/format.ts';

export type { Migration, MigrationOrigin } from './formats/format.ts';

/** The text that undoes it; empty where its tool has no way back. */
export function downTextOf({ files, downPath }: Migration): string {
  return files.find(({ path }) => path === downPath)?.text ?? '';
}

/** Cuts a change into migrations and writes them as a format wants them, after what is in its folder. */
export function migrationsOf(
  change: Change,
  origin: MigrationOrigin,
  now: Date,
  format: MigrationFormat,
  folder: MigrationFolder,
): Migration[] {
  return writeDrafts(draftsOf(change, origin, now), format, folder);
}

/**
 * What cannot run in a transaction stands alone, what can stays together. Times count up by a second, so that the
 * files sort in the order of the steps.
 */
export function draftsOf(change: Change, origin: MigrationOrigin, now: Date): MigrationDraft[] {
  return groupSteps(change.steps).map((steps, position) => ({
    slug: slug(steps.map((step) => step.name).join('_')),
    steps,
    origin,
    time: new Date(now.getTime() + position * 1000),
    keptName: null,
  }));
}

/**
 * A statement that holds an instruction to the tool, in a comment or a string, would be judged as one thing and run as
 * another: it is refused.
 */
export function writeDrafts(
  drafts: readonly MigrationDraft[],
  format: MigrationFormat,
  folder: MigrationFolder,
): Migration[] {
  for (const { up, down } of drafts.flatMap(({ steps }) => steps)) {
    const found = format.directive?.exec(up) ?? format.directive?.exec(down ?? '') ?? null;
    if (found === null) continue;
    throw new Blocked(
      'refused',
      'migration-directive',
      `${format.tool?.label ?? format.name} would read ${JSON.stringify(found[0].trim())} in the statement as its own; it has to be applied by hand`,
    );
  }
  return format.write(drafts, folder);
}

function groupSteps(steps: readonly SqlStep[]): SqlStep[][] {
  const groups: SqlStep[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (step.transactional && last?.every((other) => other.transactional)) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** A file-name word: lower-case ASCII letters, digits and underscores, at most 80. */
export function slug(text: string): string {
  const word = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_/, '')
    .slice(0, 80)
    .replace(/_$/, '');
  return word === '' ? 'change' : word;
}
