import { describe, expect, test } from 'vitest';
import { fixture } from '../../test/fixtures/task-files/index.ts';
import { findItem } from './find.ts';
import { fingerprint } from './fingerprint.ts';
import { inputFields } from './input.ts';
import { parseTaskFile } from './parse.ts';

function inputOf(fields: string) {
  return inputFields(parseTaskFile(`- [ ] 1 a\n${fields}\n`).items[0]!);
}

describe('inputFields', () => {
  test.each([
    ['**Query**: `SELECT 1`', { query: 'SELECT 1' }],
    ['**SQL**: `SELECT 1`', { query: 'SELECT 1' }],
    ['**Statement**: SELECT 1', { query: 'SELECT 1' }],
    ['**Problem query**: `SELECT 1` (every second)', { query: 'SELECT 1' }],
    ['**Suggested Fix**: `CREATE INDEX ON a (b)`', { candidates: ['CREATE INDEX ON a (b)'] }],
    ['**Proposal**: CREATE INDEX ON a (b);', { candidates: ['CREATE INDEX ON a (b);'] }],
    ['**Proposal**: create an index on email', { candidates: [] }],
    ['**Suggested Fix**: call `validateInput()` first', { candidates: [] }],
    ['**Query**: uses the raw API', { query: null, queries: [] }],
    ['**Sensitive**: yes', { sensitive: true }],
    ['**Sensitive**: no', { sensitive: false }],
    ['**Candidate**:\n    - `SELECT 1`\n    - `SELECT 2`', { candidates: ['SELECT 1', 'SELECT 2'] }],
    ['**Source**: `src/a.ts`', { file: 'src/a.ts' }],
    ['**Files**: src/a.ts:45-52 (loader), `db/b.sql`', { file: 'src/a.ts' }],
    ['**File**: [the statement](db/slow.sql)', { file: 'db/slow.sql' }],
    ['**File**: `migrations/1_a.up.sql`', { file: null, files: [] }],
    ['**File**: ./docs/performance/1.md', { file: null }],
    ['**File**: `db/migrations/20261122101559_orders_idx.sql`', { file: null }],
    ['**File**: `prisma/migrations/20261122101559_orders_idx/migration.sql`', { file: null }],
    ['**File**: `changes/20261122101559750_orders_idx.js`', { file: null }],
    ['**File**: `changes/V14__orders_idx.sql`', { file: null }],
    ['**File**: `drizzle/0007_orders_idx.sql`', { file: null }],
    ['**File**: `src/2026_report.sql`', { file: 'src/2026_report.sql' }],
    ['**File**: `sql/orders.sql`', { file: 'sql/orders.sql' }],
    ['**Table**: `users`', { tables: ['users'] }],
    ['**Tables**: users, "Order Lines"', { tables: ['users', '"Order Lines"'] }],
    ['**Tables**:\n    - `users`\n    - orders', { tables: ['users', 'orders'] }],
    ['**Params**: `["a@example.com", 3]`', { params: ['["a@example.com", 3]'] }],
    ['**Parameters**: ["a@example.com", 3]', { params: ['["a@example.com", 3]'] }],
    ['**Params**:\n    - `[1]`\n    - `{"id": 2}`', { params: ['[1]', '{"id": 2}'] }],
    ['**Params**: `[1]`, `[2]`', { params: ['[1]', '[2]'] }],
    ['**Target**: < 50 ms', { target: '< 50 ms' }],
    ['**Goal**: p95 below 200 ms', { target: 'p95 below 200 ms' }],
    ['**Goal**: fast enough', { target: null }],
    ['**Budget**: 500 MB', { budget: '500 MB' }],
    ['**Constraint**: at most 2 GB', { budget: 'at most 2 GB' }],
    ['**Constraint**: no downtime', { budget: null }],
    ['**Depends on**: 1.1', { dependsOn: ['1.1'] }],
    ['**Dependencies**: Task 1.1, Task 1.2 and T003', { dependsOn: ['1.1', '1.2', 'T003'] }],
    ['**Dependencies**: None', { dependsOn: [] }],
    ['**Workload**: pg_stat_statements top 20', { workload: 'pg_stat_statements top 20' }],
    ['**Step**: config', { step: 'config' }],
    ['**Priority**: P1', { priority: 'P1' }],
    ['**Hardware**: 16 GB', { hardware: '16 GB' }],
    ['**Before**: 12 ms', { query: null, target: null }],
  ])('T30, T31, T32, T34: %s', (field, expected) => {
    expect(inputOf(`  - ${field}`)).toMatchObject(expected);
  });

  test('T36: line ranges of files', () => {
    const { files } = inputOf('  - **Files**: src/a.ts:45-52 (loader), b.sql#L3, c.sql:9');
    expect(files).toEqual([
      { path: 'src/a.ts', lines: { from: 45, to: 52 } },
      { path: 'b.sql', lines: { from: 3, to: 3 } },
      { path: 'c.sql', lines: { from: 9, to: 9 } },
    ]);
  });

  test('T30: a lone sql block is the query, several are a question', () => {
    expect(inputOf('  ```sql\n  SELECT 1\n  ```')).toMatchObject({ query: 'SELECT 1', queries: [] });
    expect(inputOf('  ```sql\n  SELECT 1\n  ```\n  ```sql\n  SELECT 2\n  ```')).toMatchObject({
      query: null,
      sqlBlocks: ['SELECT 1', 'SELECT 2'],
    });
    expect(inputOf('  - **Query**:\n    - `SELECT 1`\n    - `SELECT 2`')).toMatchObject({
      query: null,
      queries: ['SELECT 1', 'SELECT 2'],
    });
  });

  test('T62: the fingerprint changes with what is asked, not with what is noted or written', () => {
    const print = (text: string) => fingerprint(findItem(parseTaskFile(text), '1.2'));
    const text = fixture('tree.md');
    const changes = [
      text.replace('- [ ] 1.2', '- [x] 1.2'),
      text.replace('`[42]`', '`[42]`\n    - **After**: 3 ms\n    - a note'),
      text.replace('1.10', '1.11'),
    ];
    for (const changed of changes) expect(print(changed)).toBe(print(text));
    for (const changed of [text.replace('[42]', '[43]'), text.replace('open orders', 'all orders')]) {
      expect(print(changed)).not.toBe(print(text));
    }
  });
});
