import { describe, expect, test } from 'vitest';
import type { Finding } from '../explain/finding.ts';
import { parsePlan } from '../explain/plan.ts';
import { planText } from './plan.ts';

const PLAN = parsePlan({
  Plan: {
    'Node Type': 'Nested Loop',
    'Join Type': 'Left',
    'Plan Rows': 10,
    'Actual Rows': 2_000_000,
    'Actual Loops': 100,
    'Actual Total Time': 30_000,
    'Shared Hit Blocks': 2_000_000_000,
    Plans: [
      {
        'Node Type': 'Index Scan',
        'Parent Relationship': 'Outer',
        'Index Name': 'orders_customer_id_created_at_status_idx',
        'Relation Name': 'orders',
        Schema: 'shop',
        Alias: 'o',
        'Plan Rows': 5,
        'Actual Rows': 5,
        'Actual Loops': 100,
        'Actual Total Time': 1_000,
      },
      { 'Node Type': 'Result', 'Parent Relationship': 'Inner', 'Plan Rows': 1, 'Actual Loops': 0 },
    ],
  },
  'Execution Time': 3_000_000,
});

const finding = (code: string, more: Partial<Finding> = {}): Finding => ({
  code,
  message: `${code} happens`,
  relation: null,
  costMs: 5,
  numbers: {},
  ...more,
});

const lines = (findings: readonly Finding[] = []) => planText(PLAN, findings, false).split('\n');

describe('a plan as text', () => {
  test('has totals over all loops, in millions where there is no room', () => {
    const [head, join, misestimate] = lines();
    expect(head).toMatch(/own time +share +rows +planned +loops +blocks$/);
    expect(join).toMatch(/^ 1 Nested Loop Left Join +2,900 s +97 % +200 M +1,000 +100 +2,000 M$/);
    expect(misestimate).toMatch(/^ +rows: 200,000 times as many as planned$/);
  });

  test('gives a label that is too long a line of its own', () => {
    const at = lines().findIndex((line) => line.includes('Index Scan'));
    expect(lines()[at]).toBe(
      ' 2   Index Scan using orders_customer_id_created_at_status_idx on shop.orders o',
    );
    expect(lines()[at + 1]).toMatch(/^ +100,000 ms +3 % +500 +500 +100$/);
  });

  test('tells what was never executed', () => {
    expect(lines().join('\n')).toMatch(/ 3 {3}Result +1 +0\n +never executed/);
  });

  test('shows three findings of one code, and counts the others', () => {
    const many = Array.from({ length: 5 }, () => finding('sequential-scan'));
    const shown = lines([...many, finding('cold-reads', { costMs: null })]).join('\n');
    expect(shown.match(/^\d\. /gm)).toEqual(['1. ', '2. ', '3. ', '4. ']);
    expect(shown).toContain('4. cold-reads\n');
    expect(shown).toContain('And 2 times sequential-scan; --json has them all.');
  });

  test('colours only where asked to', () => {
    const marked = [finding('sequential-scan', { node: 2 })];
    // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
    expect(planText(PLAN, marked, true)).toMatch(/\u001b\[/);
    expect(lines(marked).some((line) => line.startsWith('!2 '))).toBe(true);
  });
});
