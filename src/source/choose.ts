import type { LineRange } from '../task/input.ts';
import type { FoundStatement } from './found-statement.ts';
import { namesIn } from './names-in-title.ts';
import { overlaps } from './overlaps.ts';

export interface Hint {
  readonly title: string;
  readonly lines: LineRange | null;
}

export type Choice =
  | { readonly ok: true; readonly statement: FoundStatement }
  | {
      readonly ok: false;
      readonly code: 'statement-not-found' | 'statement-ambiguous' | 'statement-dynamic';
      /** A question to whoever wrote the item. */
      readonly message: string;
    };

/** A question that lists more is not read. */
const MAX_LISTED = 8;
const MAX_SHOWN = 60;

/** The one statement that an item means. Lines decide, then a name in its title; nothing else does. */
export function chooseStatement(found: readonly FoundStatement[], hint: Hint): Choice {
  const inRange = found.filter((statement) => overlaps(statement, hint.lines));
  const groups = sameText(inRange);
  if (groups.length === 0) return refuse('statement-not-found', notFound(found, hint.lines));
  const chosen = groups.length === 1 ? groups : groupsNamed(groups, hint.title);
  const statement = chosen[0]?.first;
  if (chosen.length !== 1 || statement === undefined) {
    const question = `which of the ${groups.length} statements is meant? Give its lines (path:from-to), or the statement itself:`;
    return refuse('statement-ambiguous', `${question}\n${list(groups.map(({ first }) => first))}`);
  }
  if (!statement.dynamic) return { ok: true, statement };
  return refuse(
    'statement-dynamic',
    `the program puts the statement at ${place(statement)} together from more than values; what is its text when it is run?`,
  );
}

/** A statement and the others of the same text. */
interface Group {
  readonly first: FoundStatement;
  readonly all: FoundStatement[];
}

/** A statement that stands twice is one, unless only one of them is all of it. */
function sameText(found: readonly FoundStatement[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const statement of found) {
    const key = JSON.stringify([statement.dynamic, statement.sql]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: statement, all: [statement] });
    else group.all.push(statement);
  }
  return [...groups.values()];
}

/** The groups that stand in everything that the title names. */
function groupsNamed(groups: readonly Group[], title: string): readonly Group[] {
  const all = new Set(groups.flatMap((group) => group.all.flatMap(({ names }) => names)));
  const named = namesIn(title, all);
  if (named.length === 0) return [];
  return groups.filter((group) => group.all.some(({ names }) => named.every((name) => names.includes(name))));
}

function notFound(found: readonly FoundStatement[], lines: LineRange | null): string {
  if (lines === null || found.length === 0)
    return 'there is no statement that could be read in the file; what is its text?';
  const range = lines.from === lines.to ? `line ${lines.from}` : `lines ${lines.from}–${lines.to}`;
  const listed = list(sameText(found).map(({ first }) => first));
  return `there is no statement at ${range}; which of the file's statements is meant?\n${listed}`;
}

function list(statements: readonly FoundStatement[]): string {
  const lines = statements.slice(0, MAX_LISTED).map((statement) => {
    const inside = statement.names.length > 0 ? `, ${statement.names.join(' › ')}` : '';
    return `  ${place(statement)}${inside}: ${shorten(statement.sql)}`;
  });
  const more = statements.length - lines.length;
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

function place({ line, lastLine }: FoundStatement): string {
  return line === lastLine ? `line ${line}` : `lines ${line}–${lastLine}`;
}

function shorten(sql: string): string {
  const oneLine = sql.replaceAll(/\s+/g, ' ');
  return oneLine.length <= MAX_SHOWN ? oneLine : `${oneLine.slice(0, MAX_SHOWN)}…`;
}

function refuse(code: Exclude<Choice, { ok: true }>['code'], message: string): Choice {
  return { ok: false, code, message };
}
