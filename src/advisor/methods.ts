import type { Plan } from '../explain/plan.ts';
import type { ServerTraits } from '../facts.ts';
import { quoteName } from '../sql/quote.ts';
import { extensionSchema } from './extension.ts';
import { subjectOf } from './expression.ts';
import { estimateGainMs } from './gain.ts';
import { methodDraft, type IndexDraft } from './index-draft.ts';
import { hasTrigram } from './like.ts';
import { startsWithConstant } from './operator-use.ts';
import { canonicalText } from './serves.ts';
import type { OperatorUse, TableUse } from './shape.ts';
import { isArray, isCharacter, isGeometric, isRange } from './sql-type.ts';
import type { Subject } from './subject.ts';

/** The indexes by other methods than B-tree that could serve a use and that nothing existing serves yet. */
export function methodDrafts(use: TableUse, plan: Plan, server: ServerTraits): IndexDraft[] {
  const conditions = use.operators.flatMap((condition) => answersOf(use, condition, server));
  const nearest = use.nearest === null || !use.limited ? [] : nearestOf(use, use.nearest, server);
  const gain = ({ subject }: Answer) =>
    estimateGainMs({ use, equal: [subject.name], tail: [], joins: [], purpose: 'lookup' }, plan);
  return [
    ...[...conditions, ...nearest]
      .filter((answer) => !isServed(use, answer))
      .map((answer) =>
        methodDraft(use, answer.subject, answer, {
          reason: `finds rows of ${use.alias} by ${answer.subject.name} ${answer.words}`,
          gainMs: gain(answer) * answer.worth,
          ...(answer.extension === undefined ? {} : { extension: answer.extension }),
        }),
      ),
    ...hashDrafts(use, plan),
    ...brinDrafts(use, plan),
  ];
}

interface Answer {
  readonly subject: Subject;
  readonly method: 'gin' | 'gist';
  readonly operatorClass?: string;
  /** Operator classes, without schema, of which an existing index serves as well; none: the default one. */
  readonly alike: readonly string[];
  readonly words: string;
  readonly extension?: string;
  /** Against another index that answers the same. */
  readonly worth: number;
}

/** The operators that jsonb_path_ops answers; jsonb_ops answers them too, from a larger index. */
const JSONB_PATHS = new Set(['@>', '@?', '@@']);
const JSONB_KEYS = new Set(['?', '?|', '?&']);
const SETS = new Set(['@>', '<@', '&&']);

function answersOf(use: TableUse, condition: OperatorUse, server: ServerTraits): Answer[] {
  const subject = subjectOf(use, condition.column);
  if (subject === null) return [];
  const { operator } = condition;
  const { type } = subject;
  const words = operator;
  const gin = { subject, method: 'gin', words, worth: 1 } as const;
  const gist = { subject, method: 'gist', words, worth: 1 } as const;
  if (type === 'jsonb') {
    if (JSONB_PATHS.has(operator))
      return [{ ...gin, operatorClass: 'jsonb_path_ops', alike: ['jsonb_path_ops', 'jsonb_ops'] }];
    return JSONB_KEYS.has(operator) ? [{ ...gin, alike: ['jsonb_ops'] }] : [];
  }
  if (type === 'tsvector') return operator === '@@' ? [{ ...gin, alike: ['tsvector_ops'] }] : [];
  if (isArray(type)) return SETS.has(operator) && type !== '_json' ? [{ ...gin, alike: ['array_ops'] }] : [];
  if (isRange(type)) {
    const alike = ['range_ops', 'multirange_ops'];
    return SETS.has(operator) || operator === '-|-' ? [{ ...gist, alike }] : [];
  }
  if (isGeometric(type))
    return SETS.has(operator) ? [{ ...gist, alike: ['point_ops', 'box_ops', 'poly_ops', 'circle_ops'] }] : [];
  return isCharacter(type) ? trigrams(subject, condition, server) : [];
}

const TRIGRAMS = new Set(['~~', '~~*', '~', '~*', '%', '%>', '<%']);
/** Where a B-tree finds what begins alike, trigrams find it too, with more reading. */
const BESIDE_PREFIX = 0.7;

function trigrams(subject: Subject, condition: OperatorUse, server: ServerTraits): Answer[] {
  const { operator, literal } = condition;
  const schema = extensionSchema(server, 'pg_trgm');
  if (!TRIGRAMS.has(operator) || schema === null || subject.collation?.deterministic === false) return [];
  if (literal !== null && !hasTrigram(literal)) return [];
  return [
    {
      subject,
      method: 'gin',
      operatorClass: `${quoteName(schema)}.gin_trgm_ops`,
      alike: ['gin_trgm_ops', 'gist_trgm_ops'],
      words: `${operator}, three letters at a time`,
      extension: 'pg_trgm',
      worth: literal !== null && startsWithConstant(condition) ? BESIDE_PREFIX : 1,
    },
  ];
}

function nearestOf(use: TableUse, { column, operator }: OperatorUse, server: ServerTraits): Answer[] {
  const subject = subjectOf(use, column);
  if (subject === null) return [];
  const answer = { subject, method: 'gist', words: `nearest first (${operator})`, worth: 1 } as const;
  if (isGeometric(subject.type) && operator === '<->')
    return [{ ...answer, alike: ['point_ops', 'box_ops', 'poly_ops', 'circle_ops'] }];
  const schema = extensionSchema(server, 'pg_trgm');
  if (!isCharacter(subject.type) || schema === null) return [];
  const operatorClass = `${quoteName(schema)}.gist_trgm_ops`;
  return [{ ...answer, operatorClass, alike: ['gist_trgm_ops'], extension: 'pg_trgm' }];
}

function isServed({ relation }: TableUse, { subject, method, alike }: Answer): boolean {
  return relation.indexes.some((index) => {
    // A GIN index finds by any of its columns, a GiST index by its first ones.
    const keys = method === 'gin' ? index.keys : index.keys.slice(0, 1);
    const methods = alike.includes('gist_trgm_ops') ? ['gin', 'gist'] : [method];
    return (
      index.valid &&
      index.predicate === null &&
      methods.includes(index.method) &&
      keys.some((key) => alike.includes(key.operatorClass) && isOver(key, subject))
    );
  });
}

function isOver(
  { column, expression }: { readonly column: string | null; readonly expression: string | null },
  subject: Subject,
): boolean {
  return expression === null ? column === subject.name : canonicalText(expression) === subject.canonical;
}

/** From about this width on, four bytes for each row instead of the value make a much smaller index. */
const WIDE_BYTES = 100;
const BESIDE_BTREE = 0.9;

/** Single values of wide columns: a B-tree would hold them whole, if it can hold them at all. */
function hashDrafts(use: TableUse, plan: Plan): IndexDraft[] {
  const columns = [...use.equalities.filter(({ list }) => !list), ...use.joins].map(({ column }) => column);
  return [...new Set(columns)].flatMap((column) => {
    const subject = subjectOf(use, column);
    if (subject === null || (subject.averageWidth ?? 0) <= WIDE_BYTES || !isCharacter(subject.type))
      return [];
    const served = use.relation.indexes.some(
      ({ valid, predicate, method, keys: [key] }) =>
        valid &&
        predicate === null &&
        (method === 'hash' || method === 'btree') &&
        key !== undefined &&
        isOver(key, subject),
    );
    if (served) return [];
    const gainMs = estimateGainMs({ use, equal: [column], tail: [], joins: [], purpose: 'lookup' }, plan);
    const reason = `finds rows of ${use.alias} by ${column}, of which it keeps only hashes`;
    return [methodDraft(use, subject, { method: 'hash' }, { reason, gainMs: gainMs * BESIDE_BTREE })];
  });
}

/** Below that a B-tree is small as well. */
const BRIN_MIN_BYTES = 16 * 1024 ** 2;
/** From research on block ranges: with less order, every range spans nearly all values. */
const BRIN_CORRELATION = 0.95;
/** Reads up to a range too much at either end; the index is a thousandth of a B-tree. */
const BRIN_WORTH = 0.8;

function brinDrafts(use: TableUse, plan: Plan): IndexDraft[] {
  const { relation } = use;
  if (relation.sizeBytes < BRIN_MIN_BYTES) return [];
  return use.ranges.flatMap(({ column }) => {
    const facts = relation.columns.find(({ name }) => name === column);
    const subject = subjectOf(use, column);
    const served = relation.indexes.some(
      ({ valid, predicate, method, keys: [first] }) =>
        valid && predicate === null && (method === 'brin' || method === 'btree') && first?.column === column,
    );
    const ordered = Math.abs(facts?.correlation ?? 0) > BRIN_CORRELATION;
    if (subject === null || !subject.sortable || !ordered || served) return [];
    const wish = {
      use,
      equal: [],
      tail: [{ column, descending: false, nullsFirst: false }],
      joins: [],
      purpose: 'range',
    } as const;
    const reason = `skips the parts of ${use.alias} that have other values of ${column}, which its rows are stored in the order of`;
    return [
      methodDraft(
        use,
        subject,
        { method: 'brin', storage: { pages_per_range: '32' } },
        { reason, gainMs: estimateGainMs(wish, plan) * BRIN_WORTH },
      ),
    ];
  });
}
