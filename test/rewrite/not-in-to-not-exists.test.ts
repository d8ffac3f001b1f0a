import { notInToNotExists } from '../../src/rewrite/rules/not-in-to-not-exists.ts';
import { describeRewrite } from '../support/rewrites.ts';

describeRewrite(notInToNotExists, {
  applies: [
    {
      sql: 'SELECT name FROM customers c WHERE c.id NOT IN (SELECT customer_id FROM blocked)',
      as: /NOT \(?EXISTS .*blocked.customer_id = c.id/,
    },
    {
      sql: 'SELECT * FROM customers WHERE id NOT IN (SELECT b.customer_id FROM blocked b WHERE b.reason IS NOT NULL)',
      as: /b.reason IS NOT NULL AND b.customer_id = customers.id/,
    },
    {
      sql: 'SELECT id FROM customers WHERE id <> ALL (SELECT agent_id FROM blocked WHERE agent_id IS NOT NULL)',
      as: /NOT \(?EXISTS/,
    },
    // Either side, or both, may be NULL.
    {
      sql: 'SELECT id FROM customers WHERE id NOT IN (SELECT order_id FROM items)',
      as: /items.order_id IS NULL/,
    },
    {
      sql: 'SELECT id FROM customers WHERE cap NOT IN (SELECT customer_id FROM blocked)',
      as: /cap IS NOT NULL OR NOT/,
    },
    {
      sql: 'SELECT id FROM orders WHERE total > 3 AND agent_id NOT IN (SELECT agent_id FROM blocked WHERE customer_id < 12)',
      as: /agent_id IS NOT NULL OR NOT/,
    },
    // The same table inside and outside, without aliases.
    {
      sql: 'SELECT id FROM orders WHERE id NOT IN (SELECT customer_id FROM orders WHERE total > 40)',
      as: /listed.value = orders.id/,
    },
    {
      sql: 'SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM blocked GROUP BY customer_id HAVING count(*) > 1)',
      as: /listed/,
    },
    {
      sql: 'SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM blocked UNION SELECT customer_id FROM orders WHERE total > 90)',
      as: /listed/,
    },
    {
      sql: 'SELECT id, id NOT IN (SELECT customer_id FROM blocked) FROM customers',
      as: /NOT \(?EXISTS/,
    },
    {
      sql: 'SELECT id FROM orders o WHERE (o.customer_id, o.total) NOT IN (SELECT i.product_id, i.qty FROM items i)',
      as: /i.product_id = o.customer_id AND i.qty = o.total/,
    },
    {
      sql: 'SELECT id FROM orders o WHERE o.id NOT IN (SELECT i.product_id FROM items i WHERE i.order_id = o.id)',
      as: /i.order_id = o.id AND i.product_id = o.id/,
    },
  ],
  refuses: [
    [
      'both may be NULL and the value is shown',
      'SELECT agent_id NOT IN (SELECT agent_id FROM blocked) FROM orders',
    ],
    [
      'under OR',
      'SELECT id FROM orders WHERE total = 1 OR NOT (agent_id NOT IN (SELECT customer_id FROM blocked))',
    ],
    [
      'NULLs, for each row anew',
      'SELECT id FROM orders o WHERE agent_id NOT IN (SELECT order_id FROM items i WHERE i.qty = o.total)',
    ],
    [
      'an outer join makes NULLs and the value is shown',
      'SELECT o.id NOT IN (SELECT customer_id FROM blocked) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id',
    ],
    [
      'a volatile condition',
      'SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM blocked WHERE random() < 2)',
    ],
    ['a view', 'SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM recent)'],
    ['IN', 'SELECT id FROM customers WHERE id IN (SELECT customer_id FROM blocked)'],
    ['locks rows', 'SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM blocked) FOR UPDATE'],
    [
      'NULLs, and a choice among equals',
      'SELECT id FROM customers WHERE id NOT IN (SELECT agent_id FROM blocked LIMIT 2)',
    ],
    ['a list', 'SELECT id FROM customers WHERE id NOT IN (1, 2)'],
  ],
  reveals: [
    {
      why: 'a NULL inside',
      sql: 'SELECT id FROM customers WHERE id NOT IN (SELECT agent_id FROM blocked)',
      naive: 'SELECT id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM blocked b WHERE b.agent_id = c.id)',
    },
    {
      why: 'a NULL outside, and nothing inside',
      sql: 'SELECT id FROM orders WHERE agent_id NOT IN (SELECT customer_id FROM blocked)',
      naive:
        'SELECT id FROM orders o WHERE agent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM blocked b WHERE b.customer_id = o.agent_id)',
    },
  ],
});
