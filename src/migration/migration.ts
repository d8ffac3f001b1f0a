import type { Change, SqlStep } from '../change.ts';
import { printable } from '../report/printable.ts';

/** SQL that is applied as a whole, with the file that holds it and the file that undoes it. */
export interface Migration {
  /** `20261122101500_orders_customer_id_idx`: UTC time and slug. */
  readonly name: string;
  readonly steps: readonly SqlStep[];
  readonly upPath: string;
  readonly downPath: string;
  readonly upText: string;
  readonly downText: string;
}

/** Whether all of it runs in one transaction; what cannot stands alone. */
export function isTransactional({ steps }: Pick<Migration, 'steps'>): boolean {
  return steps.every((step) => step.transactional);
}

/** What the header of a migration file says. */
export interface MigrationOrigin {
  readonly taskFile: string;
  readonly itemId: string;
  readonly itemTitle: string;
  readonly reason: string;
}

/**
 * Cuts a change into migrations: what cannot run in a transaction stands alone, what can stays together.
 * Names count up by a second, so that the files sort in the order of the steps.
 */
export function migrationsOf(
  change: Change,
  origin: MigrationOrigin,
  now: Date,
  folder: string,
): Migration[] {
  return groupSteps(change.steps).map((steps, position) => {
    const name = `${timestamp(new Date(now.getTime() + position * 1000))}_${slug(steps.map((step) => step.name).join('_'))}`;
    const header = headerOf(steps, origin);
    const undo = steps.toReversed().flatMap((step) => (step.down === null ? [] : [step.down]));
    return {
      name,
      steps,
      upPath: `${folder}/${name}.up.sql`,
      downPath: `${folder}/${name}.down.sql`,
      upText: `${header}\n${steps.map((step) => terminated(step.up)).join('')}`,
      downText: `${header}\n${undo.length === 0 ? '-- Nothing to undo.\n' : undo.map(terminated).join('')}`,
    };
  });
}

/** Somebody's statement may end with a comment, which must not swallow the semicolon. */
function terminated(sql: string): string {
  const lastLine = sql.slice(sql.lastIndexOf('\n') + 1);
  return lastLine.includes('--') ? `${sql}\n;\n` : `${sql};\n`;
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

/** What a lock means for others, as far as steps of ours take it. */
const LOCKS: Readonly<Record<string, string>> = {
  ShareUpdateExclusiveLock: 'SHARE UPDATE EXCLUSIVE on the table; reads and writes go on',
  unknown: 'unknown',
};

function headerOf(steps: readonly SqlStep[], origin: MigrationOrigin): string {
  const locks = [...new Set(steps.map((step) => LOCKS[step.lock] ?? step.lock))].join(', ');
  const lines = [
    `Migration by pitstop for ${origin.taskFile}, item ${origin.itemId}: ${origin.itemTitle}`,
    `Reason: ${origin.reason}`,
    `Lock: ${locks}`,
    ...(isTransactional({ steps }) ? [] : ['Runs outside a transaction block, alone in its file.']),
  ];
  // Titles come from task files: nothing in them may end the comment, or be what the parser refuses as deceptive.
  return lines.map((line) => `-- ${printable(line)}`).join('\n');
}

/** `20261122101500`, UTC. */
function timestamp(time: Date): string {
  return time.toISOString().replace(/\D/g, '').slice(0, 14);
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
