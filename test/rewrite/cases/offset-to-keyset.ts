import { offsetToKeyset as rule } from '../../../src/rewrite/rules/offset-to-keyset.ts';
import { SHOP } from '../data/shop.ts';
import type { RuleCases } from '../rule-cases.ts';

export const offsetToKeyset: RuleCases = {
  rule,
  data: SHOP,
  applies: [
    [
      'SELECT id, total FROM orders WHERE total > $1 ORDER BY placed_at DESC, id DESC LIMIT $2 OFFSET $3',
      /\(orders.placed_at, orders.id\) < \(.*\$3.*timestamptz.*, .*\$4.*\) ORDER BY placed_at DESC, id DESC LIMIT \$2$/,
      { params: [[5, 7, 20]], ordered: true },
    ],
  ],
  refuses: [
    ['two directions', 'SELECT id FROM orders ORDER BY placed_at DESC, id LIMIT 10 OFFSET 40'],
    ['NULLs', 'SELECT id FROM orders ORDER BY day, id LIMIT 10 OFFSET 40'],
    ['ties', 'SELECT id FROM orders ORDER BY placed_at LIMIT 10 OFFSET 40'],
  ],
  reveals: [
    [
      'a key that several rows have',
      'SELECT placed_at FROM orders ORDER BY placed_at LIMIT 10 OFFSET 40',
      'SELECT placed_at FROM orders WHERE placed_at > (SELECT placed_at FROM orders ORDER BY placed_at LIMIT 1 OFFSET 39) ORDER BY placed_at LIMIT 10',
      { ordered: true },
    ],
    [
      'a key that is NULL',
      'SELECT id FROM orders ORDER BY day, id LIMIT 200 OFFSET 40',
      'SELECT id FROM orders WHERE (day, id) > (SELECT day, id FROM orders ORDER BY day, id LIMIT 1 OFFSET 39) ORDER BY day, id LIMIT 200',
      { ordered: true },
    ],
  ],
};
