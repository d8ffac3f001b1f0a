import type { Node } from '@pgsql/types';
import { namesOf } from '../../sql/walk.ts';
import {
  DAY,
  isMidnight,
  merged,
  next,
  periodOf,
  readMoment,
  startOf,
  startOfYear,
  writeMoment,
  yearOf,
  type Moment,
  type Period,
  type Unit,
} from '../calendar.ts';
import { comparisonOf, flipped, literalOf, parameterOf, typeOf, type Literal } from '../literal.ts';
import { both, cast, conjunction, either, integer, operation, text } from '../nodes.ts';
import { rewritten } from '../rewritten.ts';
import type { RewriteRule } from '../rule.ts';
import { columnOfNode, type Scope } from '../scope.ts';
import type { Place } from '../visit.ts';
import { REGULAR_ZONES } from '../zones.ts';

/**
 * `date(at) = '2024-03-31'` is served by no index on `at`; `at >= '2024-03-31'::date AND at < '2024-04-01'::date` is.
 * A column with time zone compares with dates at the session's midnights, so that the bounds are right in each zone.
 * Where a midnight comes twice, or a parameter may be infinite, the old condition stays and wider bounds are added.
 */
export const dateToRange: RewriteRule = {
  name: 'date-to-range',
  summary: 'Writes a date, a part of a date or a formatted date of a column as a range of the column itself.',
  apply: (subject) =>
    rewritten(subject, {
      reason:
        'a range of the column itself, which an index serves, in place of a function of it; its bounds are midnights of the session’s time zone',
      condition: (condition, place) => withRange(condition, place, subject.settings['TimeZone'] ?? ''),
    }),
};

/** Something computed from a column that grows with it: its date, its month, its year. */
interface Part {
  readonly column: Node;
  readonly type: 'timestamp' | 'timestamptz' | 'date';
  readonly unit: Unit;
  /** Where the unit begins that a constant names; null where it names none. */
  readonly read: (literal: Literal) => Moment | null;
  /** Whether a date given as parameter names a unit. */
  readonly takesDates: boolean;
  /** Whether years before our era look like those after. */
  readonly hidesEra: boolean;
}

function withRange(condition: Node, { scope, filters }: Place, zone: string): Node | null {
  const written = partAndValues(condition, scope);
  if (written === null) return null;
  const { part, terms } = written;
  if (part.hidesEra && (!filters || terms.some(({ operator }) => operator !== '='))) return null;
  const periods = terms.map(({ operator, value }) => {
    const literal = literalOf(value);
    const start = literal === null ? null : part.read(literal);
    return start === null ? null : periodOf(part.unit, operator, start);
  });
  if (periods.every((period) => period !== null))
    return ofPeriods(condition, part, written.any ? merged(periods) : [intersection(periods)], zone);
  return part.takesDates && !written.any ? ofParameters(condition, part, terms) : null;
}

interface Term {
  readonly operator: string;
  readonly value: Node;
}

/** The part of a column that a condition compares, and with what: all of the terms hold, or `any` of them. */
function partAndValues(
  condition: Node,
  scope: Scope,
): { readonly part: Part; readonly terms: readonly Term[]; readonly any: boolean } | null {
  if (!('A_Expr' in condition)) return null;
  const { kind, name, lexpr, rexpr } = condition.A_Expr;
  if (lexpr === undefined || rexpr === undefined) return null;
  const items = 'List' in rexpr ? (rexpr.List.items ?? []) : [];
  const [low, high] = items;
  if (kind === 'AEXPR_BETWEEN' && low !== undefined && high !== undefined)
    return found(
      partOf(lexpr, scope),
      [
        { operator: '>=', value: low },
        { operator: '<=', value: high },
      ],
      false,
    );
  if (kind === 'AEXPR_IN' && namesOf(name).join('.') === '=')
    return found(
      partOf(lexpr, scope),
      items.map((value) => ({ operator: '=', value })),
      true,
    );
  const comparison = comparisonOf(condition);
  if (comparison === null) return null;
  return [comparison, flipped(comparison)].reduce<ReturnType<typeof partAndValues>>(
    (known, { left, operator, right }) =>
      known ?? found(partOf(left, scope), [{ operator, value: right }], false),
    null,
  );
}

const found = (part: Part | null, terms: readonly Term[], any: boolean) =>
  part === null ? null : { part, terms, any };

function partOf(node: Node, scope: Scope): Part | null {
  if ('TypeCast' in node) return castOf(node, scope);
  if (!('FuncCall' in node)) return null;
  const { funcname, args = [] } = node.FuncCall;
  const names = namesOf(funcname);
  if (names.length > 1 && names[0] !== 'pg_catalog') return null;
  const [first, second, ...others] = args;
  if (others.length > 0) return null;
  switch (names.at(-1) ?? '') {
    case 'date':
      return second === undefined ? dateOf(first, scope) : null;
    case 'date_trunc':
      return truncated(first, second, scope);
    case 'extract':
    case 'date_part':
      return year(first, second, scope);
    case 'to_char':
      return formatted(first, second, scope);
    default:
      return null;
  }
}

/** `at::date`, and `at::timestamp` of a column with time zone, which is the local time. */
function castOf(node: Node, scope: Scope): Part | null {
  const argument = 'TypeCast' in node ? node.TypeCast.arg : undefined;
  const type = typeOf(node);
  if (type === 'date') return dateOf(argument, scope);
  if (type !== 'timestamp') return null;
  return onColumn(argument, scope, ['timestamptz'], {
    unit: 'microsecond',
    read: ({ text: written, numeric, type: given }) =>
      numeric || (given !== null && given !== 'timestamp') ? null : readMoment(written),
  });
}

function dateOf(node: Node | undefined, scope: Scope): Part | null {
  return onColumn(node, scope, ['timestamp', 'timestamptz'], {
    unit: 'day',
    takesDates: true,
    read: ({ text: written, numeric, type }) =>
      numeric || written.length > 10 || (type !== null && type !== 'date') ? null : readMoment(written),
  });
}

function truncated(name: Node | undefined, node: Node | undefined, scope: Scope): Part | null {
  const unit = TRUNCATED[literalOf(name)?.text.toLowerCase() ?? ''];
  if (unit === undefined) return null;
  // Shorter units than a day are counted in instants, in which the hour that comes twice is two.
  const types = ['second', 'minute', 'hour'].includes(unit)
    ? (['timestamp'] as const)
    : (['timestamp', 'timestamptz'] as const);
  const part = onColumn(node, scope, types, { unit, read: () => null });
  if (part === null) return null;
  const read = ({ text: written, numeric, type }: Literal) => {
    const moment =
      numeric || (type !== null && type !== 'date' && type !== part.type) ? null : readMoment(written);
    return moment !== null && startOf(unit, moment) === moment ? moment : null;
  };
  return { ...part, read };
}

const TRUNCATED: Readonly<Record<string, Unit>> = {
  second: 'second',
  minute: 'minute',
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
  quarter: 'quarter',
  year: 'year',
};

function year(name: Node | undefined, node: Node | undefined, scope: Scope): Part | null {
  if (literalOf(name)?.text.toLowerCase() !== 'year') return null;
  return onColumn(node, scope, ['timestamp', 'timestamptz', 'date'], {
    unit: 'year',
    read: ({ text: written, numeric }) =>
      numeric && /^[1-9]\d{3}$/.test(written) ? startOfYear(Number(written)) : null,
  });
}

function formatted(node: Node | undefined, format: Node | undefined, scope: Scope): Part | null {
  const unit = FORMATTED[literalOf(format)?.text ?? ''];
  if (unit === undefined) return null;
  return onColumn(node, scope, ['timestamp', 'timestamptz'], {
    unit,
    hidesEra: true,
    read: ({ text: written, numeric, type }) =>
      numeric || (type !== null && type !== 'text') || written.length !== { year: 4, month: 7, day: 10 }[unit]
        ? null
        : readMoment(written + '-01-01'.slice(written.length - 4)),
  });
}

const FORMATTED: Readonly<Record<string, 'year' | 'month' | 'day'>> = {
  YYYY: 'year',
  'YYYY-MM': 'month',
  'YYYY-MM-DD': 'day',
};

function onColumn(
  node: Node | undefined,
  scope: Scope,
  types: readonly Part['type'][],
  part: Pick<Part, 'unit' | 'read'> & Partial<Part>,
): Part | null {
  const type = types.find((name) => name === columnOfNode(node, scope)?.facts.baseType);
  if (node === undefined || type === undefined) return null;
  return { takesDates: false, hidesEra: false, column: node, type, ...part };
}

/** More ranges than this are looked for in one that covers all. */
const RANGES = 8;

function ofPeriods(condition: Node, part: Part, periods: readonly Period[], zone: string): Node | null {
  const exact =
    part.type !== 'timestamptz' ||
    (part.unit !== 'microsecond' && periods.every((period) => isRegular(period, zone)));
  const [first, ...others] = periods;
  if (first === undefined) return null;
  if (!exact || periods.length > RANGES) {
    if (part.hidesEra) return null;
    const covering = { from: first.from, to: periods.at(-1)?.to ?? null };
    return both(condition, range(part.column, part.type === 'timestamptz' ? widened(covering) : covering));
  }
  const ranges = either(range(part.column, first), ...others.map((period) => range(part.column, period)));
  if (!part.hidesEra) return ranges;
  const beforeOurEra = operation(part.column, '<', cast(text('0001-01-01'), 'date'));
  return either(ranges, both(beforeOurEra, condition));
}

/** Whether the ends of a period are midnights that come once in a zone, with whole dates on both sides. */
function isRegular({ from, to }: Period, zone: string): boolean {
  const since = REGULAR_ZONES.get(zone);
  return (
    since !== undefined &&
    [from, to].every((moment) => moment === null || (isMidnight(moment) && yearOf(moment) >= since))
  );
}

/** No zone has ever been put back by more than a day. */
function widened({ from, to }: Period): Period {
  return {
    from: from === null ? null : startOf('day', from) - DAY,
    to: to === null ? null : next('day', startOf('day', to - 1n)) + DAY,
  };
}

function range(column: Node, { from, to }: Period): Node {
  const bounds = [
    ...(from === null ? [] : [operation(column, '>=', bound(from))]),
    ...(to === null ? [] : [operation(column, '<', bound(to))]),
  ];
  return conjunction(bounds) ?? column;
}

const bound = (moment: Moment): Node =>
  isMidnight(moment) ? cast(text(writeMoment(moment)), 'date') : text(writeMoment(moment));

function intersection(periods: readonly Period[]): Period {
  const [from] = periods.flatMap((period) => period.from ?? []);
  const [to] = periods.flatMap((period) => period.to ?? []);
  return { from: from ?? null, to: to ?? null };
}

/**
 * A date in a parameter may be infinite, and then `+ 1` does not lead behind it: the bounds include their ends, and the
 * old condition stays. Only a date at the very end of the calendar, that no column can hold, fails where it did not.
 */
function ofParameters(condition: Node, { column, type }: Part, terms: readonly Term[]): Node | null {
  const bounds: Node[] = [];
  let exact = type === 'timestamp';
  for (const { operator, value } of terms) {
    const parameter = parameterOf(value);
    if (parameter === null || (parameter.type !== null && parameter.type !== 'date')) return null;
    const date = parameter.type === null ? cast(value, 'date') : value;
    const margin = type === 'timestamptz' ? 1n : 0n;
    if (operator === '=' || operator === '>' || operator === '>=')
      bounds.push(operation(column, '>=', plus(date, -margin)));
    if (operator === '<')
      bounds.push(exact ? operation(column, '<', date) : operation(column, '<=', plus(date, margin)));
    if (operator === '=' || operator === '<=') bounds.push(operation(column, '<=', plus(date, 1n + margin)));
    exact &&= operator === '>=' || operator === '<';
  }
  const ranges = conjunction(bounds);
  if (ranges === undefined) return null;
  return exact ? ranges : both(condition, ranges);
}

function plus(date: Node, days: bigint): Node {
  if (days === 0n) return date;
  return days < 0n ? operation(date, '-', integer(-days)) : operation(date, '+', integer(days));
}
