import { beforeAll, describe, expect, test } from 'vitest';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { sampleParameters } from './sampled-parameters.ts';

beforeAll(loadParser);

const bounds = Array.from({ length: 101 }, (_, at) => String(at));
const orders = relationFacts('orders', {
  columns: [
    columnFacts('id', { baseType: 'int8', type: 'bigint', histogram: bounds }),
    columnFacts('state', {
      baseType: 'text',
      type: 'text',
      commonValues: [
        { value: 'sent', frequency: 0.9 },
        { value: 'new', frequency: 0.08 },
        { value: 'lost', frequency: 0.02 },
      ],
    }),
    columnFacts('discount', {
      baseType: 'text',
      type: 'text',
      commonValues: [
        { value: '5% off', frequency: 0.5 },
        { value: 'a_b', frequency: 0.3 },
        { value: 'c\\d', frequency: 0.2 },
      ],
    }),
    columnFacts('never', { baseType: 'text', type: 'text' }),
  ],
});

function sample(sql: string, ...types: readonly string[]) {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error(`no statement: ${sql}`);
  return sampleParameters(statement.tree, types, [orders]);
}

describe('values that nobody gave', () => {
  test.for([
    ['a common, a rare and a middle one', 'state = $1', ['text'], [['sent'], ['lost'], ['new']]],
    ['of a key, three of them', 'id = $1', ['bigint'], [['50'], ['25'], ['75']]],
    [
      'of a list, one each',
      'id IN ($1, $2)',
      ['bigint', 'bigint'],
      [
        ['50', '51'],
        ['25', '26'],
        ['75', '76'],
      ],
    ],
    ['the newest above a bound', 'id >= $1', ['bigint'], [['90'], ['99'], ['50']]],
    [
      'both bounds in their order',
      'id BETWEEN $1 AND $2',
      ['bigint', 'bigint'],
      [
        ['90', '95'],
        ['99', '100'],
        ['50', '75'],
      ],
    ],
    [
      'two bounds apart',
      'id >= $1 AND id < $2',
      ['bigint', 'bigint'],
      [
        ['90', '95'],
        ['99', '100'],
        ['50', '75'],
      ],
    ],
    ['the beginning of a text', 'state LIKE $1', ['text'], [['sen%'], ['los%'], ['new%']]],
    [
      'the beginning of a text that has what LIKE means something by',
      'discount LIKE $1',
      ['text'],
      [[String.raw`5\% %`], [String.raw`c\\d%`], [String.raw`a\_b%`]],
    ],
    ['a page', 'id > 5 LIMIT $1 OFFSET $2', ['bigint', 'bigint'], [[20, 0]]],
    ['by the type alone', 'id > 7 + $1', ['integer'], [['90'], ['99'], ['50']]],
  ] as const)('%s', ([, condition, types, sets]) => {
    expect(sample(`SELECT id FROM orders WHERE ${condition}`, ...types)?.sets).toEqual(sets);
  });

  test('a list for an array', () => {
    const { sets = [], origins } = sample('SELECT 1 FROM orders WHERE id = ANY ($1)', 'bigint[]') ?? {};
    expect(sets).toHaveLength(3);
    expect(sets[0]).toEqual([bounds.slice(0, 10)]);
    expect(origins).toEqual(['shop.orders.id']);
  });

  test.for([
    ['a column that was never analysed', 'never = $1', 'text'],
    ['a text of which nothing is known', `repeat('x', 3) = $1`, 'text'],
    ['a value of another type', 'id = length($1)', 'text'],
  ] as const)('not for %s', ([, condition, type]) => {
    expect(sample(`SELECT id FROM orders WHERE ${condition}`, type)).toBeNull();
  });
});
