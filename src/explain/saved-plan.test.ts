import { describe, expect, test } from 'vitest';
import { parsePlan, PlanFormatError } from './plan.ts';
import { readSavedPlan } from './saved-plan.ts';

const PLAN = '[{"Plan": {"Node Type": "Result", "Plan Rows": 1}}]';

const PSQL = `              QUERY PLAN              
--------------------------------------
 [                                   +
   {                                 +
     "Plan": {                       +
       "Node Type": "Result",        +
       "Output": ["(1 + 1)"],        +
       "Plan Rows": 1                +
     }                               +
   }                                 +
 ]
(1 row)

`;

const TEXT = `                                QUERY PLAN
---------------------------------------------------------------------------
 Seq Scan on orders  (cost=0.00..5358.00 rows=10 width=85)
   Filter: (customer_id = 42)
(2 rows)
`;

describe('a saved plan', () => {
  test.each([
    ['as the server gave it', PLAN],
    ['with a byte order mark, as some shells write it', `\uFEFF${PLAN}\r\n`],
    [
      'its element alone, as auto_explain logs it',
      '{"Query Text": "SELECT 1", "Plan": {"Node Type": "Result"}}',
    ],
    ['in the frame of psql', PSQL],
    ['in the frame of psql, with Windows’ line endings', PSQL.replaceAll('\n', '\r\n')],
    ['without headings, continued', PSQL.split('\n').slice(2, -3).join('\n')],
    ['as a driver’s rows', `[{"QUERY PLAN": ${PLAN}}]`],
    ['as a driver’s rows of text', JSON.stringify([{ 'QUERY PLAN': PLAN }])],
  ])('%s', (_, source) => {
    expect(parsePlan(readSavedPlan(source)).root.type).toBe('Result');
  });

  test.each([
    ['text', TEXT],
    ['text', 'Result (actual time=0.001..0.002 rows=1.00 loops=1)'],
    ['YAML', '- Plan:\n    Node Type: "Result"\n'],
    ['XML', '<explain xmlns="http://www.postgresql.org/2009/explain">\n  <Query>'],
  ])('in %s format is named', (format, source) => {
    expect(() => readSavedPlan(source)).toThrow(`this is a plan in ${format} format`);
  });

  test.each([
    ['{"a": 1}', 'no "Plan"'],
    ['[]', 'no "Plan"'],
    ['[{"Plan": {', 'begins like JSON and is none'],
    [`[${PLAN.slice(1, -1)}, ${PLAN.slice(1, -1)}]`, '2 plans'],
  ])('%s is none', (source, message) => {
    expect(() => readSavedPlan(source)).toThrow(PlanFormatError);
    expect(() => readSavedPlan(source)).toThrow(message);
  });

  test.each([
    'SELECT 1',
    '-- [\nSELECT 1',
    '-- Seq Scan (cost=0.00..1.00 rows=1)\nSELECT 1',
    "SELECT '(cost=1)'",
    '',
  ])('%j is no plan', (source) => {
    expect(readSavedPlan(source)).toBeNull();
  });

  test('nested deeper than the stack is refused, not a fault', () => {
    const open = '{"Node Type":"Result","Plans":[';
    const deep = `{"Plan":${open.repeat(5_000)}${']}'.repeat(5_000)}}`;
    expect(() => parsePlan(readSavedPlan(deep))).toThrow(PlanFormatError);
  });
});
