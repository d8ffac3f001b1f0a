import { bindNamed } from '../sql/parameters.ts';
import { parseStatements, SqlSyntaxError, type Statement } from '../sql/parse.ts';
import { nodesNamed, namesOf } from '../sql/walk.ts';
import { codeOf, replaceInCode } from './sql-text.ts';

/** A statement in the driver's spelling, read as PostgreSQL's. */
export interface ReadStatement {
  /** With `$n` and `:name` for whatever placeholders it had. */
  readonly sql: string;
  /** Its tree, the names bound to numbers behind the highest `$n`. */
  readonly tree: Statement['tree'];
  /** A placeholder stands within quotes, where no driver can send a value. */
  readonly quoted: boolean;
}

/** Longer than any statement that a person writes, shorter than what would keep the parser busy. */
const MAX_LENGTH = 100_000;
const PERCENT = /%s|%\((\w+)\)s/g;
const PERCENT_ANYWHERE = /(?<!%)(?:%%)*%(?:s|\(\w+\)s)(?!\w)/g;
/** Behind these `@` can be neither part of an operator nor one that stands between two operands. */
const AT_NAME = /(?<![^\s=(,])@([A-Za-z_]\w*)/g;
/** JDBC writes jsonb's `?` operator as `??`; `?|` and `?&` are operators. */
const ALL_MARKS = /\?\?|\?[|&]|\?/g;
/** A mark before a text, an array or another mark is the operator. */
const LONE_MARKS = /\?\?|\?[|&]|\?(?!\s*(?:['?]|array\b))/gi;

/**
 * Reads one statement, in the first of these spellings that parses: `$n` and `:name`; `?`; `?` beside jsonb's
 * operators of that name. `@name` is always read as a name, `%s` and `%(name)s` where the language's drivers use
 * them. Null where it is no statement. Needs `loadParser()` before.
 */
export function readStatement(text: string, percent: boolean): ReadStatement | null {
  if (text.length > MAX_LENGTH) return null;
  const base = withNames(percent ? withoutPercent(text) : text);
  const quoted = percent && count(text, PERCENT_ANYWHERE) > count(codeOf(text), PERCENT);
  for (const spelling of [() => base, () => numbered(base, ALL_MARKS), () => numbered(base, LONE_MARKS)]) {
    const sql = spelling();
    const tree = parse(sql);
    if (tree !== null && !usesMarkAsPrefix(tree)) return { sql, tree, quoted };
    if (!base.includes('?')) return null;
  }
  return null;
}

/**
 * A statement as PostgreSQL reads it: as it stands where that parses, else with `$n` for a driver's `?` and `%s` and
 * `:name` for `%(name)s` and `@name`. What parses in no spelling comes back as it is. Needs `loadParser()` before.
 */
export function inServerSpelling(text: string): string {
  const tree = text.length > MAX_LENGTH ? null : parse(text);
  if (tree !== null && !usesMarkAsPrefix(tree)) return text;
  return (readStatement(text, false) ?? readStatement(text, true))?.sql ?? text;
}

function numbered(sql: string, marks: RegExp): string {
  let number = highestNumber(sql);
  return replaceInCode(sql, marks, ([mark]) => {
    if (mark === '??') return '?';
    if (mark !== '?') return mark;
    number += 1;
    return `$${number}`;
  });
}

function highestNumber(sql: string): number {
  let highest = 0;
  replaceInCode(sql, /\$(\d{1,5})/g, ([match, number]) => {
    highest = Math.max(highest, Number(number));
    return match;
  });
  return highest;
}

function withoutPercent(text: string): string {
  let number = highestNumber(text);
  let found = false;
  const replaced = replaceInCode(text, PERCENT, ([, name]) => {
    found = true;
    if (name !== undefined) return `:${name}`;
    number += 1;
    return `$${number}`;
  });
  return found ? replaced.replaceAll('%%', '%') : text;
}

function withNames(text: string): string {
  return text.includes('@') ? replaceInCode(text, AT_NAME, ([, name = '']) => `:${name}`) : text;
}

function parse(sql: string): Statement['tree'] | null {
  try {
    const { unknown } = bindNamed(sql, []);
    const [statement, ...others] = parseStatements(bindNamed(sql, unknown).sql);
    return statement === undefined || others.length > 0 ? null : statement.tree;
  } catch (error) {
    if (error instanceof SqlSyntaxError) return null;
    throw error;
  }
}

/** `? - 5` parses as an operator before its operand. There is none of that name. */
function usesMarkAsPrefix(tree: Statement['tree']): boolean {
  return nodesNamed(tree, 'A_Expr').some(
    (node) => node.lexpr === undefined && namesOf(node.name).at(-1) === '?',
  );
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
