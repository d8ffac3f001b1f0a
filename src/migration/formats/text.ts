import type { SqlStep } from '../../change.ts';
import { lockText } from '../../lint/lock/text.ts';
import { printable } from '../../report/printable.ts';
import type { MigrationDraft } from './format.ts';

/** Whether all of it may run inside a transaction block. */
export function isTransactional({ steps }: Pick<MigrationDraft, 'steps'>): boolean {
  return steps.every((step) => step.transactional);
}

/** The statements that apply it, each with its semicolon and a newline. */
export function upSql({ steps }: Pick<MigrationDraft, 'steps'>): string {
  return steps.map((step) => terminated(step.up)).join('');
}

/** The statements that undo it, backwards, or a comment. */
export function downSql(draft: Pick<MigrationDraft, 'steps'>): string {
  const undo = undoOf(draft);
  return undo.length === 0 ? '-- Nothing to undo.\n' : undo.map(terminated).join('');
}

export function undoOf({ steps }: Pick<MigrationDraft, 'steps'>): string[] {
  return steps.toReversed().flatMap((step) => (step.down === null ? [] : [step.down]));
}

/** Somebody's statement may end with a comment, which must not swallow the semicolon. */
function terminated(sql: string): string {
  const lastLine = sql.slice(sql.lastIndexOf('\n') + 1);
  return lastLine.includes('--') ? `${sql}\n;\n` : `${sql};\n`;
}

/** The lines of a migration file's header, without comment marks. */
function headerOf(draft: MigrationDraft): string[] {
  const { origin } = draft;
  return [
    `Migration by pitstop for ${origin.taskFile}, item ${origin.itemId}: ${origin.itemTitle}`,
    `Reason: ${origin.reason}`,
    `Lock: ${locksOf(draft.steps)}`,
    ...(isTransactional(draft) ? [] : ['Runs outside a transaction block, alone in its file.']),
  ];
}

function locksOf(steps: readonly SqlStep[]): string {
  return [...new Set(steps.map(({ up }) => lockText(up)))].join(', ');
}

/**
 * The header as comment lines. Titles come from task files: nothing in them may end the comment, or be what the parser
 * refuses as deceptive.
 */
export function header(draft: MigrationDraft): string {
  return headerOf(draft)
    .map((line) => `-- ${printable(line)}\n`)
    .join('');
}

/** The header for a tool that reads the text before the server does, with further lines. */
export function toolHeader(draft: MigrationDraft, more: readonly string[] = [], mark = '--'): string {
  return [...headerOf(draft), ...more].map((line) => `${mark} ${inert(line)}\n`).join('');
}

/**
 * Comments are text to the server, not to every tool: golang-migrate may split at each semicolon, Flyway replaces
 * `${name}` and graphile-migrate `:NAME` wherever they stand.
 */
function inert(line: string): string {
  return printable(line)
    .replaceAll(';', ',')
    .replaceAll('${', '$ {')
    .replaceAll(/:(?=\w)/g, ': ');
}

/** For tools without a way back: the header tells it. */
export function undoLines(draft: Pick<MigrationDraft, 'steps'>): string[] {
  return undoOf(draft).map((sql) => `To undo: ${sql}`);
}
