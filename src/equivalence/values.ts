import { quoteLiteral } from '../sql/quote.ts';
import { familyOf, type ColumnModel } from './model.ts';

/**
 * Values at the edges of a type, as SQL expressions. A value that a column cannot take is no harm: its row is not inserted.
 * Equal values of different looks (`1.0` and `1.00`) are avoided: which of them a query shows is nobody's promise.
 */
export function edgesOf(column: ColumnModel, clockChanges: readonly string[]): string[] {
  const typed = (text: string) => `${quoteLiteral(text)}::${column.type}`;
  switch (familyOf(column.base)) {
    case 'integer':
    case 'numeric':
    case 'float':
      return ['0', '1', '-1'].map(typed);
    case 'text':
      return ['', ' ', 'a', 'A', 'a ', 'é', 'É', '0', '07', '7'].map(typed);
    case 'boolean':
      return ['true', 'false'].map(typed);
    case 'date':
      return ['2024-02-29', '2025-12-31', '2026-01-01', '2026-01-31', ...clockChanges].map(typed);
    case 'timestamp': {
      const days = ['2025-12-31', '2026-01-31', '2026-02-01', ...clockChanges.slice(0, 2)];
      return days.flatMap((day) => edgesOfDay(column.type, quoteLiteral(day)));
    }
    case 'time':
      return ['00:00:00', '12:00:00', '23:59:59.999999'].map(typed);
    case 'interval':
      return ['0', '1 day', '-1 day'].map(typed);
    case 'uuid':
      return ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'].map(typed);
    case 'enum':
      return column.labels.map(typed);
    case 'json':
      return ['{}', '[]', 'null', '1', '"a"'].map(typed);
    case 'other':
      return [];
  }
}

/** Values with which arithmetic and casts may fail; each is met alone, for an error hides what else is there. */
export function extremesOf({ base, type }: ColumnModel): string[] {
  const texts: Readonly<Record<string, readonly string[]>> = {
    int2: ['-32768', '32767'],
    int4: ['-2147483648', '2147483647'],
    int8: ['-9223372036854775808', '9223372036854775807'],
    numeric: ['NaN', '99999999'],
    float4: ['NaN', 'Infinity', '-Infinity'],
    float8: ['NaN', 'Infinity', '-Infinity'],
    date: ['infinity', '-infinity'],
    timestamp: ['infinity', '-infinity'],
    timestamptz: ['infinity', '-infinity'],
  };
  return (texts[base] ?? []).map((text) => `${quoteLiteral(text)}::${type}`);
}

/** A constant that a column is compared with, and what lies right beside it. */
export function neighboursOf(column: ColumnModel, constant: string): string[] {
  const { type } = column;
  const literal = quoteLiteral(constant);
  const typed = `${literal}::${type}`;
  switch (familyOf(column.base)) {
    case 'integer':
      return [
        `floor(${literal}::numeric)`,
        `ceil(${literal}::numeric)`,
        `${literal}::numeric - 1`,
        `${literal}::numeric + 1`,
      ].map((value) => `(${value})::${type}`);
    case 'numeric':
    case 'float':
      return [
        typed,
        `(${typed} - 1)::${type}`,
        `(${typed} + 1)::${type}`,
        `(${typed} - 0.01)::${type}`,
        `(${typed} + 0.01)::${type}`,
      ];
    case 'text': {
      const bare = quoteLiteral(constant.replaceAll(/[%_]/g, ''));
      return [
        literal,
        bare,
        `upper(${bare})`,
        `lower(${bare})`,
        `initcap(${bare})`,
        `${bare} || ' '`,
        `' ' || ${bare}`,
      ]
        .concat(`'0' || ${bare}`, `${bare} || 'x'`, `'x' || ${bare}`)
        .map((value) => `(${value})::${type}`);
    }
    case 'date':
      return [typed, `${typed} - 1`, `${typed} + 1`, ...yearOrMonth(type, constant)];
    case 'timestamp':
      return [
        typed,
        `${typed} - interval '1 microsecond'`,
        `${typed} + interval '1 microsecond'`,
        // An hour that comes twice, or never.
        `${typed} - interval '1 hour'`,
        `${typed} + interval '1 hour'`,
        ...edgesOfDay(type, literal),
        ...yearOrMonth(type, constant),
      ];
    case 'time':
      return [typed, `${typed} - interval '1 microsecond'`, `${typed} + interval '1 microsecond'`];
    case 'interval':
      return [typed, `${typed} - interval '1 microsecond'`, `${typed} + interval '1 microsecond'`];
    case 'boolean':
    case 'uuid':
    case 'enum':
    case 'json':
    case 'other':
      return [typed];
  }
}

/** The first and the last moment of a day in the session's time zone, of the next one, and of the same day in UTC. */
function edgesOfDay(type: string, day: string): string[] {
  const local = `date_trunc('day', ${day}::timestamp)`;
  return [
    `(${local})::${type}`,
    `(${local} + interval '12 hours')::${type}`,
    `(${local} + interval '23:59:59.999999')::${type}`,
    `(${local} + interval '23:30')::${type}`,
    `(${local} + interval '1 day')::${type}`,
    `((${local})::${type} + interval '24 hours')`,
    `((${local})::${type} + interval '23 hours')`,
    `((${local} + interval '1 day')::${type} + interval '30 minutes')`,
    `((${local}) AT TIME ZONE 'UTC')::${type}`,
    `((${local} + interval '1 day') AT TIME ZONE 'UTC' - interval '1 microsecond')::${type}`,
  ];
}

/** `extract(year FROM at) = 2026`: a number that can only mean a part of a date. */
function yearOrMonth(type: string, constant: string): string[] {
  if (!/^\d{1,4}$/.test(constant)) return [];
  const number = Number(constant);
  const year = number >= 1900 ? number : 2026;
  const month = number >= 1 && number <= 12 ? number : 1;
  const start = quoteLiteral(`${year}-${String(month).padStart(2, '0')}-01`);
  const next = `${start}::timestamp + interval '${number >= 1900 ? '1 year' : '1 month'}'`;
  return [
    `${start}::timestamp`,
    `${start}::timestamp - interval '1 microsecond'`,
    next,
    `${next} - interval '1 microsecond'`,
  ].map((value) => `(${value})::${type}`);
}
