import { notInToNotExists as rule } from '../../../src/rewrite/rules/not-in-to-not-exists.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const notInToNotExists: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT name FROM customers c WHERE c.id NOT IN (SELECT customer_id FROM blocked)',
      /NOT \(?EXISTS .*blocked.customer_id = c.id/,
    ],
    [
      'SELECT * FROM customers WHERE id NOT IN (SELECT b.customer_id FROM blocked b WHERE b.reason IS NOT NULL)',
      /b.reason IS NOT NULL AND b.customer_id = customers.id/,
    ],
    [
      'SELECT id FROM customers WHERE id <> ALL (SELECT agent_id FROM blocked WHERE agent_id IS NOT NULL)',
      /NOT \(?EXISTS/,
    ],
    // Either side, or both, may be NULL.
    ['SELECT id FROM customers WHERE id NOT IN (SELECT order_id FROM items)', /items.order_id IS NULL/],
    ['SELECT id FROM customers WHERE cap NOT IN (SELECT customer_id FROM blocked)', /cap IS NOT NULL OR NOT/],
    [
      'SELECT id FROM orders WHERE total > 3 AND agent_id NOT IN (SELECT agent_id FROM blocked WHERE customer_id < 12)',
      /agent_id IS NOT NULL OR NOT/,
    ],
    // The same table inside and outside, without aliases.
    [
      'SELECT id FROM orders WHERE id NOT IN (SELECT customer_id FROM orders WHERE total > 40)',
      /listed.value = orders.id/,
    ],
    [
      'SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM blocked GROUP BY customer_id HAVING count(*) > 1)',
      /listed/,
    ],
    [
      'SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM blocked UNION SELECT customer_id FROM orders WHERE total > 90)',
      /listed/,
    ],
    ['SELECT id, id NOT IN (SELECT customer_id FROM blocked) FROM customers', /NOT \(?EXISTS/],
    [
      'SELECT id FROM orders o WHERE (o.customer_id, o.total) NOT IN (SELECT i.product_id, i.qty FROM items i)',
      /i.product_id = o.customer_id AND i.qty = o.total/,
    ],
    [
      'SELECT id FROM orders o WHERE o.id NOT IN (SELECT i.product_id FROM items i WHERE i.order_id = o.id)',
      /i.order_id = o.id AND i.product_id = o.id/,
    ],
    [
      'SELECT id FROM customers WHERE id NOT IN (SELECT customer_id FROM blocked GROUP BY ROLLUP (customer_id))',
      /IS NULL/,
    ],
    // What an operator gives for NULL is only known of comparisons.
    [
      "SELECT id FROM customers WHERE name NOT IN (SELECT reason FROM blocked WHERE reason ~ 'reason')",
      /blocked.reason IS NULL/,
    ],
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
    [
      'NULLs in one of two columns',
      'SELECT id FROM orders o WHERE (o.agent_id, o.total) NOT IN (SELECT i.order_id, i.qty FROM items i)',
    ],
    [
      'grouping sets put NULL into the value',
      'SELECT customer_id NOT IN (SELECT customer_id FROM blocked) FROM orders GROUP BY ROLLUP (customer_id)',
    ],
  ],
  reveals: [
    [
      'a NULL inside',
      'SELECT id FROM customers WHERE id NOT IN (SELECT agent_id FROM blocked)',
      'SELECT id FROM customers c WHERE NOT EXISTS (SELECT 1 FROM blocked b WHERE b.agent_id = c.id)',
    ],
    [
      'a NULL outside, and nothing inside',
      'SELECT id FROM orders WHERE agent_id NOT IN (SELECT customer_id FROM blocked)',
      'SELECT id FROM orders o WHERE agent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM blocked b WHERE b.customer_id = o.agent_id)',
    ],
  ],
};
