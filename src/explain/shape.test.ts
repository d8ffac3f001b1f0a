import { expect, test } from 'vitest';
import { isSamePlan } from './shape.ts';

const plan = (more: object, child: object = {}) => [
  {
    Plan: {
      'Node Type': 'Sort',
      'Total Cost': 10,
      ...more,
      Plans: [{ 'Node Type': 'Seq Scan', 'Plan Rows': 5, Alias: 'o', ...child }],
    },
  },
];

test('plans are the same whatever the planner expects of them', () => {
  expect(isSamePlan(plan({}), plan({ 'Total Cost': 99 }, { 'Plan Rows': 7 }))).toBe(true);
});

test.each([
  ['another node', plan({ 'Node Type': 'Incremental Sort' })],
  ['another scan below', plan({}, { 'Node Type': 'Index Scan' })],
  ['another condition', plan({}, { Filter: '(a = 1)' })],
  ['workers', plan({ 'Workers Planned': 2 })],
])('%s is another plan', (_what, other) => {
  expect(isSamePlan(plan({}), other)).toBe(false);
});
