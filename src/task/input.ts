import type { Field, Item, Part } from './item.ts';
import { isOurKey, isOutputKey, type InputKey } from './names.ts';
import { isOwnPath } from './own-paths.ts';

/** Lines of a source file, 1-based and inclusive. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

export interface FileReference {
  readonly path: string;
  readonly lines: LineRange | null;
}

/** What an item asks for, in its own words: one spelling per field, not yet checked. */
export interface InputFields {
  readonly step: string | null;
  /**
   * Where it states no statement, index or change: its title, and below it all that it says in fields that are not
   * pitstop's own, in prose and in code of any language. Else null: words beside a statement change nothing.
   */
  readonly wording: string | null;
  /** The only statement that the item states: of its query field, else its lone `sql` block. Null for none or several. */
  readonly query: string | null;
  /** Every statement of its query fields. */
  readonly queries: readonly string[];
  /** The `sql` blocks outside of fields. */
  readonly sqlBlocks: readonly string[];
  readonly file: string | null;
  readonly files: readonly FileReference[];
  /** JSON, one entry per parameter set. */
  readonly params: readonly string[];
  readonly tables: readonly string[];
  readonly index: string | null;
  readonly workload: string | null;
  readonly target: string | null;
  readonly candidates: readonly string[];
  readonly budget: string | null;
  readonly hardware: string | null;
  readonly dependsOn: readonly string[];
  readonly priority: string | null;
  /** The statement's literals and parameters, and what the server says of them, are written nowhere. */
  readonly sensitive: boolean;
  /** Its title, prose and fields of other names, as far as they speak of what a change may cost. */
  readonly remarks: readonly string[];
}

/** `Acceptance`, `Goal` and `Constraint` are often prose; they count where they hold a number and a unit. */
const AMOUNT =
  /\d\s*(?:ms|msecs?|milliseconds?|µs|us|microseconds?|s|secs?|seconds?|min|minutes?|%|[kmgt]i?b|bytes?|x)(?![\w-])/i;
const PROSE_NAMES = /^(?:acceptance|goal|constraint)/i;

export function inputFields(item: Item): InputFields {
  const of = (key: InputKey): readonly Field[] => item.fields.filter((field) => field.key === key);
  const queries = of('query')
    .flatMap((field) => field.parts.filter(isQuery))
    .map(statementOf);
  const lone = item.sql.length === 1 ? (item.sql[0] ?? null) : null;
  const files = of('file')
    .flatMap(listOf)
    .map(toReference)
    .filter((file) => file !== null);
  return {
    step: firstText(of('step')),
    wording: isStated(item, of) ? null : wordingOf(item),
    query: queries.length > 0 ? only(queries) : lone,
    queries,
    sqlBlocks: item.sql,
    file: files[0]?.path ?? null,
    files,
    params: of('params').flatMap(jsonValues),
    tables: of('table').flatMap(listOf),
    index: firstText(of('index')),
    workload: firstText(of('workload')),
    target: firstText(of('target').filter(isAmount)),
    candidates: of('candidate')
      .flatMap((field) => field.parts.filter(isChange))
      .map(statementOf),
    budget: firstText(of('budget').filter(isAmount)),
    hardware: firstText(of('hardware')),
    dependsOn: of('dependsOn').flatMap(listOf).flatMap(toItemIds),
    priority: firstText(of('priority')),
    sensitive: of('sensitive').some((field) => !/^(?:no|false)\b/i.test(field.text.trim())),
    remarks: [
      item.title,
      ...item.prose.split('\n'),
      ...item.fields.filter(isRemark).map(({ text }) => text),
    ].filter((text) => ABOUT_COST.test(text)),
  };
}

/** Anything else may change without the item being another one. */
const ABOUT_COST =
  /\bind(?:ex(?:es)?|ices)\b|\b(?:write|insert|update)s?\b|\bwritten\b|\bupdated\b|\d\s*[kmgt]i?b\b|\bstale|\bcached\b|\bold\b|\brefresh|\bcurrent\b|\bup\s+to\s+date\b|\bfresh\b/i;

/** Fields that pitstop neither reads nor writes, and those whose text is not only an amount. */
function isRemark({ key }: Field): boolean {
  return ['budget', 'target'].includes(key) || !(isOurKey(key) || isOutputKey(key));
}

const FENCES = /^ *(`{3,}|~{3,})[^\n]*\n(?<code>.*?)^ *\1 *$/gms;

function isStated({ sql }: Item, of: (key: InputKey) => readonly Field[]): boolean {
  const isWorkload = of('workload').length > 0 && of('hardware').length === 0;
  return sql.length > 0 || isWorkload || [...of('query'), ...of('index'), ...of('candidate')].length > 0;
}

function wordingOf({ title, prose, fields, source }: Item): string {
  const stated = fields.filter(({ key }) => !isOutputKey(key)).map(({ text }) => text);
  const code = [...source.matchAll(FENCES)].map(({ groups }) => groups?.['code'] ?? '');
  return [title, prose, ...stated, ...code].join('\n');
}

function only(values: readonly string[]): string | null {
  return values.length === 1 ? (values[0] ?? null) : null;
}

function isFilled(value: string): boolean {
  return value.trim() !== '';
}

function firstText(fields: readonly Field[]): string | null {
  return fields.map((field) => field.text.trim()).find(isFilled) ?? null;
}

function isAmount(field: Field): boolean {
  return !PROSE_NAMES.test(field.name) || AMOUNT.test(field.text);
}

/** Words that a statement begins with; prose in a field of that name is somebody's remark. */
const STARTS_QUERY = /^(?:select|with|values|table|insert|update|delete|merge|explain)\b/i;
const STARTS_CHANGE =
  /^(?:create|drop|alter|analyze|vacuum|reindex|cluster|truncate|delete|update|insert|merge|refresh|grant|revoke|reassign|comment|lock|set|reset|call|do|copy|begin|select|with)\s/i;

/** A query field holds a statement where its value is code, or text that begins like one. */
function isQuery(part: Part): boolean {
  return part.codes.length > 0 ? isFilled(statementOf(part)) : STARTS_QUERY.test(part.text.trim());
}

/** A candidate is a change where its code begins like a statement, or its text does and ends with a semicolon. */
function isChange(part: Part): boolean {
  const text = statementOf(part).trim();
  return STARTS_CHANGE.test(text) && (part.codes.length === 1 || text.endsWith(';'));
}

/** A statement: the code where there is exactly one piece of it, else the text. */
function statementOf(part: Part): string {
  return (part.codes.length === 1 ? part.codes[0] : undefined) ?? part.text;
}

/** The entries of a value that may be a list: nested entries, code spans, or text with commas. */
function listOf(field: Field): readonly string[] {
  return field.parts
    .flatMap((part) => (part.code ? [part.text] : splitList(part.text)))
    .map((value) => value.trim())
    .filter(isFilled);
}

/** Splits at commas and semicolons that are in no brackets. */
function splitList(text: string): readonly string[] {
  const values: string[] = [];
  let depth = 0;
  let value = '';
  for (const character of text) {
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (depth <= 0 && (character === ',' || character === ';' || character === '\n')) {
      values.push(value);
      value = '';
    } else value += character;
  }
  return [...values, value];
}

/** Parameter sets: each nested entry, or each code span of a line that holds several. */
function jsonValues(field: Field): readonly string[] {
  return field.parts.flatMap((part) => (part.codes.length > 0 ? part.codes : [part.text])).filter(isFilled);
}

const REFERENCE =
  /^(?<path>.+?)(?::L?(?<from>\d+)(?:\s*[-–]\s*L?(?<to>\d+))?|#L(?<hashFrom>\d+)(?:-L?(?<hashTo>\d+))?)?(?:\s+\(.*\))?$/;

function toReference(text: string): FileReference | null {
  const groups = REFERENCE.exec(text)?.groups;
  const path = groups?.['path'];
  if (groups === undefined || path === undefined) return null;
  if (isOwnPath(path)) return null;
  const from = Number(groups['from'] ?? groups['hashFrom'] ?? 0);
  const to = Number(groups['to'] ?? groups['hashTo'] ?? from);
  return { path, lines: from > 0 ? { from, to: Math.max(from, to) } : null };
}

/** `Task 1.1 and Task 1.2 (index)` → `1.1`, `1.2`. */
function toItemIds(text: string): readonly string[] {
  return text
    .split(/\s+(?:and|&)\s+/i)
    .map((part) =>
      part
        .replace(/^(?:tasks?|items?|steps?)\s+/i, '')
        .replace(/\s+\(.*\)$/, '')
        .trim(),
    )
    .filter((part) => isFilled(part) && !/^(?:none|n\/a|nothing|-|–|—)\.?$/i.test(part))
    .map((part) => /^(#?\d+(?:\.\d+)*|[A-Za-z]+-?\d+)(?=$|[\s:])/.exec(part)?.[1] ?? part);
}
