import { beforeAll, describe, expect, test } from 'vitest';
import type { RelationKind, ResolvedRelation } from '../facts.ts';
import { loadParser, parseStatements } from '../sql/parse.ts';
import { shapeOf } from './shape.ts';
import type { StatementShape, TableUse } from './shape.ts';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';

beforeAll(loadParser);

const COLUMNS = {
  orders: ['id', 'customer_id', 'status', 'total', 'created_at', 'paid'],
  customers: ['id', 'email', 'city', 'created_at'],
  items: ['order_id', 'product_id', 'qty'],
};

function relation(name: string, columns: readonly string[], kind: RelationKind = 'table'): ResolvedRelation {
  return {
    reference: { schema: null, name },
    relation: relationFacts(name, {
      kind,
      columns: columns.map((column) =>
        column === 'paid' ? columnFacts(column, { type: 'boolean', baseType: 'bool' }) : columnFacts(column),
      ),
    }),
  };
}

const RELATIONS = [
  ...Object.entries(COLUMNS).map(([name, columns]) => relation(name, columns)),
  relation('v', COLUMNS.orders, 'view'),
  relation('p', COLUMNS.orders, 'partitioned-table'),
];

function shape(sql: string): StatementShape {
  const [statement] = parseStatements(sql);
  if (statement === undefined) throw new Error('no statement');
  return shapeOf(statement.tree, RELATIONS);
}

/** `o: =status ~city <created_at +customer_id→c.id ^created_at- limit #group !distinct`, what there is of it. */
function summary(use: TableUse): string {
  return [
    `${use.alias}:`,
    ...use.equalities.map(({ column, list }) => `${list ? '~' : '='}${column}`),
    ...use.ranges.map(({ column, lower, upper }) => `${lower ? '>' : ''}${upper ? '<' : ''}${column}`),
    ...use.joins.map(
      ({ column, other }) => `+${column}${other === null ? '' : `→${other.alias}.${other.column}`}`,
    ),
    ...use.orderBy.map(
      ({ column, descending, nullsFirst }) =>
        `^${column}${descending ? '-' : ''}${nullsFirst === descending ? '' : nullsFirst ? 'F' : 'L'}`,
    ),
    ...(use.limited ? ['limit'] : []),
    ...use.groupBy.map((column) => `#${column}`),
    ...use.distinct.map((column) => `!${column}`),
  ].join(' ');
}

const uses = (sql: string) => shape(sql).uses.map(summary);

describe('conditions', () => {
  test.each([
    ['status = 5 AND 7 = customer_id', '=status =customer_id'],
    ['status = $1 AND total = lower($2)::int + 1', '=status =total'],
    ['status IN (1, 2)', '~status'],
    ['status IN (1)', '=status'],
    ['status = ANY ($1)', '~status'],
    ['status = 1 OR status = 2 OR 3 = status OR status IN (4, 5)', '~status'],
    ['status IS NULL', '=status'],
    ['paid AND NOT paid', '=paid'],
    ['paid IS TRUE', '=paid'],
    ['total > 5 AND total <= 9', '><total'],
    ['5 < total', '>total'],
    ['total BETWEEN 1 AND 2', '><total'],
    ['(created_at, id) < (1, 2)', '<created_at'],
    ['(created_at, id) = (1, 2)', '=created_at =id'],
    ['status = 1 AND (total > 5 AND paid)', '=status =paid >total'],
    ['status IN (1, 2) AND status = 1', '=status'],
    ['status = 1 AND status > 0', '=status'],
    ['total > (SELECT avg(total) FROM orders)', '>total'],
    ['o.status = 1 AND customer_id = 2', '=status =customer_id'],
    ['o.status + 1 = 2', '=(status + 1)'],
    ['status::text IN ($1, $2)', '~(status::text)'],
    ['abs(total) > 5', '>(abs(total))'],
    ['status IS NULL AND paid IS NOT TRUE', '=status'],
  ])('%s', (condition, expected) => {
    expect(uses(`SELECT * FROM orders o WHERE ${condition}`)).toContain(`o: ${expected}`);
  });

  test.each([
    'status <> 1',
    'status NOT IN (1, 2)',
    'status + $2 = 2',
    'status::regclass = $1',
    'abs(total) > o.status',
    'status + total::float8 + random() = 2',
    'lower(status) = $1',
    'status = total',
    'status = 1 OR total = 2',
    'status = 1 OR paid',
    'NOT (status = 1)',
    'status IS NOT NULL',
    'status IS NOT DISTINCT FROM 1',
    'status NOT BETWEEN 1 AND 2',
    'status OPERATOR(app.=) 1',
    'x.status = 1',
    'nothing = 1',
    'status',
    'status > total',
    'status LIKE $1',
  ])('%s says nothing', (condition) => {
    expect(uses(`SELECT * FROM orders o WHERE ${condition}`)).toEqual(['o:']);
  });
});

describe('joins', () => {
  test.each([
    [
      'ON',
      'SELECT 1 FROM customers c JOIN orders o ON o.customer_id = c.id',
      ['c: +id→o.customer_id', 'o: +customer_id→c.id'],
    ],
    [
      'WHERE',
      'SELECT 1 FROM customers c, orders o WHERE c.id = o.customer_id AND city = 1',
      ['c: =city +id→o.customer_id', 'o: +customer_id→c.id'],
    ],
    ['USING', 'SELECT 1 FROM customers c JOIN orders USING (id)', ['c: +id→orders.id', 'orders: +id→c.id']],
    [
      'the merged column of USING is the left one',
      'SELECT 1 FROM customers c JOIN orders USING (id) WHERE id = 1',
      ['c: =id +id→orders.id', 'orders: +id→c.id'],
    ],
    [
      'an expression',
      'SELECT 1 FROM customers c JOIN orders o ON o.customer_id = c.id + 1',
      ['c: +(id + 1)→o.customer_id', 'o: +customer_id→c.(id + 1)'],
    ],
    [
      'a table with itself',
      'SELECT 1 FROM orders a JOIN orders b ON a.id = b.customer_id',
      ['a: +id→b.customer_id', 'b: +customer_id→a.id'],
    ],
    [
      'LEFT restricts the right side only',
      'SELECT 1 FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.status = 1 AND c.city = 2',
      ['c:', 'o: =status +customer_id→c.id'],
    ],
    [
      'RIGHT restricts the left side only',
      'SELECT 1 FROM orders o RIGHT JOIN customers c ON o.customer_id = c.id AND c.city = 2',
      ['o: +customer_id→c.id', 'c:'],
    ],
    [
      'FULL restricts neither',
      'SELECT 1 FROM orders o FULL JOIN customers c ON o.customer_id = c.id AND c.city = 2',
      ['o:', 'c:'],
    ],
    [
      'LATERAL sees what stands before it',
      'SELECT 1 FROM customers c, LATERAL (SELECT * FROM orders o WHERE o.customer_id = c.id ORDER BY created_at DESC LIMIT 1) x',
      ['c:', 'o: +customer_id→c.id ^created_at- limit'],
    ],
    [
      'correlated, where only the inner side gains',
      'SELECT (SELECT count(*) FROM orders o WHERE o.customer_id = c.id AND o.created_at > c.created_at) FROM customers c',
      ['c:', 'o: >created_at +customer_id→c.id'],
    ],
    [
      'correlated by an unqualified name',
      'SELECT (SELECT count(*) FROM items WHERE order_id = customer_id) FROM orders o',
      ['o:', 'items: +order_id→o.customer_id'],
    ],
    [
      'EXISTS in both directions',
      'SELECT 1 FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)',
      ['c: +id→o.customer_id', 'o: +customer_id→c.id'],
    ],
    [
      'NOT EXISTS in one',
      'SELECT 1 FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)',
      ['c:', 'o: +customer_id→c.id'],
    ],
    [
      'IN in both',
      'SELECT 1 FROM customers c WHERE id IN (SELECT customer_id FROM orders o WHERE status = 1)',
      ['c: +id→o.customer_id', 'o: =status +customer_id→c.id'],
    ],
    [
      'NOT IN in none',
      'SELECT 1 FROM customers c WHERE id NOT IN (SELECT customer_id FROM orders o)',
      ['c:', 'o:'],
    ],
    [
      'three tables',
      'SELECT 1 FROM customers c JOIN orders o ON o.customer_id = c.id JOIN items i ON i.order_id = o.id',
      ['c: +id→o.customer_id', 'o: +customer_id→c.id +id→i.order_id', 'i: +order_id→o.id'],
    ],
    [
      'parentheses with a name of their own hide what is inside',
      'SELECT 1 FROM (orders o JOIN items i ON i.order_id = o.id) AS j WHERE j.status = 1 AND qty = 2',
      ['o: =status +id→i.order_id', 'i: =qty +order_id→o.id'],
    ],
  ])('%s', (_, sql, expected) => {
    expect(uses(sql)).toEqual(expected);
  });
});

describe('order, groups and limits', () => {
  test.each([
    ['ORDER BY created_at DESC, id', '^created_at- ^id'],
    ['ORDER BY created_at DESC NULLS LAST, id NULLS FIRST', '^created_at-L ^idF'],
    ['ORDER BY 2 DESC LIMIT 5', '^total- limit'],
    ['ORDER BY sum LIMIT ALL', '^total'],
    ['ORDER BY day', ''],
    ['ORDER BY lower(status)', ''],
    ['ORDER BY status COLLATE "C"', ''],
    ['ORDER BY status USING <', ''],
    ['ORDER BY created_at, random()', ''],
    ['GROUP BY status, 2', '#status #total'],
    ['GROUP BY day', ''],
    ['OFFSET 5', ''],
    ['FETCH FIRST 3 ROWS ONLY', 'limit'],
  ])('%s', (clause, expected) => {
    const sql = `SELECT status AS day2, total AS sum, date_trunc('day', created_at) AS day FROM orders o ${clause}`;
    expect(uses(sql)).toEqual([`o: ${expected}`.trim()]);
  });

  test('an output name hides a column of the table in ORDER BY, not in GROUP BY', () => {
    expect(uses('SELECT lower(status) AS status FROM orders o ORDER BY status')).toEqual(['o:']);
    expect(uses('SELECT count(*) AS status FROM orders o GROUP BY status')).toEqual(['o: #status']);
  });

  test('an ordinal counts the columns of *', () => {
    expect(uses('SELECT * FROM orders o ORDER BY 5')).toEqual(['o: ^created_at']);
  });

  test('an order over two tables belongs to neither', () => {
    const sql = 'SELECT 1 FROM customers c, orders o ORDER BY c.created_at, o.id';
    expect(uses(sql)).toEqual(['c:', 'o:']);
  });

  test('DISTINCT is on its columns, DISTINCT ON on those it names', () => {
    expect(uses('SELECT DISTINCT status, total FROM orders o')).toEqual(['o: !status !total']);
    expect(uses('SELECT DISTINCT ON (status) * FROM orders o ORDER BY status, id DESC')).toEqual([
      'o: ^status ^id- !status',
    ]);
    expect(uses('SELECT DISTINCT lower(status) FROM orders o')).toEqual(['o:']);
  });

  test('min and max are an order with a limit', () => {
    expect(uses('SELECT max(created_at) FROM orders o WHERE status = 1')).toEqual([
      'o: =status ^created_at limit',
    ]);
    expect(uses('SELECT max(created_at), min(id) FROM orders o')).toEqual(['o:']);
    expect(uses('SELECT max(created_at) FROM orders o GROUP BY status')).toEqual(['o: #status']);
  });
});

describe('scopes', () => {
  test.each([
    [
      'a subquery hands its columns through',
      'SELECT * FROM (SELECT id AS n, status FROM orders o) x WHERE x.n = 1 ORDER BY status LIMIT 1',
      ['o: =id ^status limit'],
    ],
    ['not past a LIMIT', 'SELECT * FROM (SELECT * FROM orders o LIMIT 9) x WHERE x.id = 1', ['o: limit']],
    [
      'not past a window',
      'SELECT * FROM (SELECT id, sum(total) OVER () AS s FROM orders o) x WHERE x.id = 1',
      ['o:'],
    ],
    [
      'past GROUP BY only for its columns',
      'SELECT * FROM (SELECT status, max(id) AS id FROM orders o GROUP BY status) x WHERE x.status = 1 AND x.id = 2',
      ['o: =status #status'],
    ],
    ['a CTE', 'WITH x (n) AS (SELECT id FROM orders o) SELECT * FROM x WHERE n = 1', ['o: =id']],
    [
      'not a materialized one',
      'WITH x AS MATERIALIZED (SELECT id FROM orders o WHERE status = 2) SELECT * FROM x WHERE id = 1',
      ['o: =status'],
    ],
    [
      'a CTE hides the table of its name',
      'WITH orders AS (SELECT 1 AS id) SELECT * FROM orders WHERE id = 1',
      [],
    ],
    [
      'a recursive CTE joins the table below it',
      'WITH RECURSIVE r AS (SELECT id FROM orders a WHERE a.customer_id = 1 UNION ALL SELECT b.id FROM orders b JOIN r ON b.customer_id = r.id) SELECT * FROM r',
      ['a: =customer_id', 'b: +customer_id'],
    ],
    [
      'both arms of a union, without its order',
      'SELECT id FROM orders a WHERE status = 1 UNION ALL SELECT id FROM orders b WHERE total = 2 ORDER BY id',
      ['a: =status', 'b: =total'],
    ],
    [
      'columns that an alias renames',
      'SELECT 1 FROM orders o (a, b) WHERE b = 1 AND customer_id = 2',
      ['o: =customer_id'],
    ],
    [
      'a table by its own name and schema',
      'SELECT 1 FROM orders WHERE shop.orders.id = 1 AND orders.status = 2 AND other.orders.total = 3',
      ['orders: =id =status'],
    ],
    [
      'an ambiguous name is nobody’s',
      'SELECT 1 FROM orders a, customers b WHERE created_at = 1',
      ['a:', 'b:'],
    ],
    [
      'views and unknown tables have no use, partitioned ones do',
      'SELECT 1 FROM v, p, unheard WHERE v.id = 1 AND p.id = 2',
      ['p: =id'],
    ],
    [
      'a column that cannot be told is no constant',
      'SELECT 1 FROM orders o, unnest(ARRAY[1]) u WHERE status = u AND total > u AND id = 1',
      ['o: =id +status'],
    ],
    [
      'a subquery in OR has a shape of its own',
      'SELECT 1 FROM customers c WHERE city = 1 OR EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND status = 1)',
      ['c:', 'o: =status +customer_id→c.id'],
    ],
    [
      'a subquery in HAVING and in ORDER BY',
      'SELECT city FROM customers GROUP BY city HAVING count(*) > (SELECT count(*) FROM orders o WHERE status = 1) ORDER BY (SELECT max(qty) FROM items WHERE product_id = 2)',
      ['customers: #city', 'o: =status', 'items: =product_id ^qty limit'],
    ],
  ])('%s', (_, sql, expected) => {
    expect(uses(sql)).toEqual(expected);
  });

  test('the only table is known as such', () => {
    expect(shape('SELECT (SELECT 1 FROM items) FROM orders').only?.alias).toBe('orders');
    expect(shape('SELECT 1 FROM orders, items').only).toBeNull();
    expect(shape('SELECT * FROM (SELECT * FROM orders) o').only).toBeNull();
  });

  test('takes a chain of thousands of unions, in the order of the text', () => {
    const arms = Array.from({ length: 3000 }, (_, at) => `SELECT id FROM orders o${at}`);
    const aliases = shape(arms.join(' UNION ALL ')).uses.map(({ alias }) => alias);
    expect([aliases[0], aliases.at(-1), aliases.length]).toEqual(['o0', 'o2999', 3000]);
  });

  test('what finds the rows of a statement that writes', () => {
    expect(uses('DELETE FROM orders o USING customers c WHERE o.customer_id = c.id AND c.city = 1')).toEqual([
      'o: +customer_id→c.id',
      'c: =city +id→o.customer_id',
    ]);
    expect(uses('UPDATE orders SET status = 2 FROM customers c WHERE customer_id = c.id')).toEqual([
      'orders: +customer_id→c.id',
      'c: +id→orders.customer_id',
    ]);
    expect(
      uses('MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN MATCHED THEN DO NOTHING'),
    ).toEqual(['o: +customer_id→c.id', 'c: +id→o.customer_id']);
    expect(uses('INSERT INTO items SELECT id FROM orders o WHERE status = 1')).toEqual(['o: =status']);
    expect(uses('TRUNCATE orders')).toEqual([]);
  });

  test('an expression is handed through by its name', () => {
    expect(uses('SELECT * FROM (SELECT abs(total) AS t FROM orders o) x WHERE t = 1')).toEqual([
      'o: =(abs(total))',
    ]);
    expect(uses('SELECT abs(total) AS t FROM orders o ORDER BY t DESC LIMIT 1')).toEqual([
      'o: ^(abs(total))- limit',
    ]);
    expect(uses('SELECT status % 2 FROM orders o GROUP BY 1')).toEqual(['o: #(status % 2)']);
  });
});

describe('the columns that are read', () => {
  test.each([
    ['SELECT id, sum(total) FROM orders WHERE status = 1 GROUP BY id', 'id status total'],
    ['SELECT count(*) FROM orders o WHERE abs(o.total) = 1', 'total'],
    ['SELECT 1 FROM orders JOIN (SELECT order_id AS id FROM items) i USING (id)', 'id'],
    ['SELECT * FROM orders', null],
    ['SELECT o.* FROM orders o', null],
    ['SELECT o FROM orders o', null],
    ['SELECT id, (SELECT count(o) FROM items) FROM orders o', null],
    ['DELETE FROM orders WHERE id = 1', null],
    ['SELECT id FROM (SELECT id, total, status FROM orders) x', 'id status total'],
  ])('%s', (sql, expected) => {
    const { columns } = shape(sql).uses.find(({ relation: { name } }) => name === 'orders') ?? {
      columns: null,
    };
    expect(columns === null ? null : [...columns].toSorted().join(' ')).toBe(expected);
  });
});
