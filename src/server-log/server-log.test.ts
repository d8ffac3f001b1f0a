import { describe, expect, test } from 'vitest';
import { callOf, type LoggedCall } from './call.ts';
import { parametersOf } from './parameters.ts';
import { createRecordReader } from './record.ts';
import { createCallKeeper } from './slowest.ts';

function callsIn(text: string): LoggedCall[] {
  const reader = createRecordReader();
  const records = [...text.split('\n').map((line) => reader.push(line)), reader.end()];
  return records.flatMap((record) => (record === null ? [] : (callOf(record) ?? [])));
}

const PREFIX = '2026-11-27 20:55:04.471 UTC [4022] ';

describe('stderr', () => {
  test('a statement with its time, over several lines', () => {
    const text = `${PREFIX}LOG:  duration: 12.500 ms  statement: SELECT a\n\t  FROM t\n\t WHERE a = 5\n${PREFIX}LOG:  checkpoint starting: time\n`;
    expect(callsIn(text)).toEqual([{ sql: 'SELECT a\n  FROM t\n WHERE a = 5', parameters: [], ms: 12.5 }]);
  });

  test('one with parameters, which stand in the lines below', () => {
    const text = `app@shop:[7]:LOG:  duration: 3.1 ms  execute S_1/C_2: SELECT 1 FROM t WHERE a = $1 AND b = $2
app@shop:[7]:DETAIL:  Parameters: $1 = 'O''Brien
\tand more', $2 = NULL
app@shop:[7]:CONTEXT:  not a parameter
`;
    expect(callsIn(text)).toEqual([
      { sql: 'SELECT 1 FROM t WHERE a = $1 AND b = $2', parameters: ["O'Brien\nand more", null], ms: 3.1 },
    ]);
  });

  test('one whose time is not known', () => {
    expect(
      callsIn("LOG:  execute lookup: SELECT 1 FROM t WHERE a = $1\nDETAIL:  parameters: $1 = '7'"),
    ).toEqual([{ sql: 'SELECT 1 FROM t WHERE a = $1', parameters: ['7'], ms: null }]);
  });

  test('plans of auto_explain, as text and as JSON', () => {
    const text = `${PREFIX}LOG:  duration: 9.0 ms  plan:
\tQuery Text: SELECT a
\t  FROM t WHERE a = $1
\tQuery Parameters: $1 = '6'
\tSeq Scan on t  (cost=0.00..19.62 rows=4 width=4)
\t  Filter: (a = 6)
${PREFIX}LOG:  duration: 8.0 ms  plan:
\tQuery Text: SELECT 2 FROM t
\tSeq Scan on t  (cost=0.00..17.70 rows=770 width=4)
${PREFIX}LOG:  duration: 7.0 ms  plan:
\t{
\t  "Query Text": "SELECT a\\n FROM t WHERE a = $1",
\t  "Query Parameters": "$1 = 'x'",
\t  "Plan": {"Node Type": "Result"}
\t}
`;
    expect(callsIn(text)).toEqual([
      { sql: 'SELECT a\n  FROM t WHERE a = $1', parameters: ['6'], ms: 9 },
      { sql: 'SELECT 2 FROM t', parameters: [], ms: 8 },
      { sql: 'SELECT a\n FROM t WHERE a = $1', parameters: ['x'], ms: 7 },
    ]);
  });

  test.each([
    ['an error', `${PREFIX}ERROR:  duration: 5.0 ms  statement: SELECT 1`],
    ['parsing', `${PREFIX}LOG:  duration: 5.0 ms  parse <unnamed>: SELECT 1`],
    [
      'binding',
      `${PREFIX}LOG:  duration: 5.0 ms  bind <unnamed>: SELECT $1\n${PREFIX}DETAIL:  Parameters: $1 = '1'`,
    ],
    ['a time alone', `${PREFIX}LOG:  duration: 5.0 ms`],
    ['another language', `${PREFIX}LOG:  Dauer: 5.0 ms  Anweisung: SELECT 1`],
    ['half a plan', `${PREFIX}LOG:  duration: 5.0 ms  plan:\n\t{ "Query Text": "SELECT`],
    ['a broken character', `${PREFIX}LOG:  duration: 5.0 ms  statement: SELECT '\uFFFD'`],
    ['one of our own', `${PREFIX}pitstop lab reader LOG:  duration: 5.0 ms  statement: SELECT 1`],
    ['what is no log', 'duration: 5.0 ms  statement: SELECT 1\n\n{}\n\u0000'],
  ])('%s is no call', (_what, text) => {
    expect(callsIn(text)).toEqual([]);
  });

  test('a log that begins in the middle of a record', () => {
    const text = `\t WHERE a = 1\n${PREFIX}DETAIL:  Parameters: $1 = '1'\n${PREFIX}LOG:  duration: 1.0 ms  statement: SELECT 1`;
    expect(callsIn(text)).toEqual([{ sql: 'SELECT 1', parameters: [], ms: 1 }]);
  });
});

const csv = (message: string, detail: string, application = 'shop') =>
  `2026-11-27 20:55:04.471 UTC,"app","shop",4022,"127.0.0.1:55524",6b09ee28.fb6,3,"SELECT",2026-11-27 20:55:04 UTC,0/3,0,LOG,00000,"${message}","${detail}",,,,,,,,"${application}","client backend",,0`;

test('csvlog: quotes are doubled, and lines in them end nothing', () => {
  const quoted = csv('duration: 2.5 ms  statement: SELECT ""a"" FROM t\n2026-01-01 00:00:00.000 UTC,LOG', '');
  const text = [
    `rest of a record",,`,
    quoted,
    csv('execute q: SELECT $1', "Parameters: $1 = 'x'"),
    csv('statement: SELECT 7', '', 'pitstop reader'),
  ].join('\n');
  expect(callsIn(text)).toEqual([
    { sql: 'SELECT "a" FROM t\n2026-01-01 00:00:00.000 UTC,LOG', parameters: [], ms: 2.5 },
    { sql: 'SELECT $1', parameters: ['x'], ms: null },
  ]);
});

test('jsonlog', () => {
  const entry = (fields: object) => JSON.stringify({ timestamp: '2026-11-27', ...fields });
  const text = [
    'half of an entry"}',
    entry({
      error_severity: 'LOG',
      message: 'duration: 4 ms  execute q: SELECT $1',
      detail: "Parameters: $1 = '1'",
    }),
    entry({ error_severity: 'ERROR', message: 'statement: SELECT 2' }),
    entry({ error_severity: 'LOG', message: 'statement: SELECT 7', application_name: 'pitstop builder' }),
    '{"timestamp":"2026-11-27","error_sev',
    entry({ error_severity: 'LOG', message: 'statement: SELECT 3' }),
  ].join('\n');
  expect(callsIn(text)).toEqual([
    { sql: 'SELECT $1', parameters: ['1'], ms: 4 },
    { sql: 'SELECT 3', parameters: [], ms: null },
  ]);
});

test('a record without end is passed over', () => {
  const text = `${PREFIX}LOG:  statement: SELECT 1\n${`\t${'x'.repeat(100_000)}\n`.repeat(12)}${PREFIX}LOG:  statement: SELECT 2`;
  expect(callsIn(text)).toEqual([{ sql: 'SELECT 2', parameters: [], ms: null }]);
});

describe('parameters', () => {
  test.each([
    ["$1 = '4711', $2 = NULL, $3 = ''", ['4711', null, '']],
    ["$1 = 'a'', $2 = ''b', $2 = '{1,2}'", ["a', $2 = 'b", '{1,2}']],
    ["$1 = '1970-01-01 0...', $2 = '5'", [undefined, '5']],
    ['', []],
  ])('%s', (text, values) => {
    expect(parametersOf(text)).toEqual(values);
  });

  test.each(["$2 = '1'", "$1 = '1' $2 = '2'", "$1 = 'open", '$1 = 5', "$1 = '1', $3 = '2'", 'nothing'])(
    '%s is not read',
    (text) => {
      expect(parametersOf(text)).toBeNull();
    },
  );
});

describe('the slowest', () => {
  const call = (sql: string, ms: number | null, parameters: LoggedCall['parameters'] = []) => ({
    sql,
    parameters,
    ms,
  });

  test('come first, equal ones once', () => {
    const keeper = createCallKeeper();
    for (const one of [
      call('a', null),
      call('b', 5),
      call('c', 9),
      call('b', 7),
      call('b', 6),
      call('b', 8, [null]),
    ])
      keeper.add(one);
    expect(keeper.slowest()).toEqual([call('c', 9), call('b', 8, [null]), call('b', 7), call('a', null)]);
  });

  test('are kept, whatever else is dropped', () => {
    const keeper = createCallKeeper({ calls: 10, characters: 10_000 });
    for (let n = 0; n < 1_000; n += 1) keeper.add(call(`q${n}`, (n * 7) % 1_000));
    expect(keeper.slowest().length).toBeLessThanOrEqual(10);
    expect(
      keeper
        .slowest()
        .slice(0, 3)
        .map(({ ms }) => ms),
    ).toEqual([999, 998, 997]);
  });

  test('do not grow beyond what is kept of them', () => {
    const keeper = createCallKeeper({ calls: 1_000, characters: 1_000 });
    for (let n = 0; n < 50; n += 1) keeper.add(call(String(n).padEnd(300, 'x'), n));
    expect(keeper.slowest().reduce((sum, { sql }) => sum + sql.length, 0)).toBeLessThanOrEqual(1_000);
    expect(keeper.slowest()[0]?.ms).toBe(49);
  });
});
