import type { ListItem, Nodes } from 'mdast';
import { describe, expect, test } from 'vitest';
import { fixture, fixtures } from '../../test/fixtures/task-files/index.ts';
import { parseFully } from './full-parser.ts';
import type { Item } from './item.ts';
import { parseTaskFile } from './parse.ts';

function outline(text: string): readonly string[] {
  const { items } = parseTaskFile(text);
  const depth = (item: Item): number => {
    const parent = items.find((candidate) => candidate.key === item.parentKey);
    return parent === undefined ? 0 : depth(parent) + 1;
  };
  return items.map(
    (item) => `${'  '.repeat(depth(item))}[${item.marker}] ${item.ownId ? item.id : '-'} ${item.title}`,
  );
}

function only(text: string): Item {
  const { items } = parseTaskFile(text);
  expect(items).toHaveLength(1);
  return items[0]!;
}

/** Items as the full parser shows them: line and marker of every entry with a box, outside of quotes. */
function itemsFully(text: string, isLink: (label: string) => boolean): readonly string[] {
  const found: string[] = [];
  const visit = (node: Nodes): void => {
    if (node.type === 'blockquote') return;
    if (node.type === 'listItem') push(node);
    if ('children' in node) node.children.forEach(visit);
  };
  const push = (node: ListItem): void => {
    const start = node.position!.start;
    const source = text.slice(start.offset, start.offset! + 60);
    const box = /^(?:[-*+]|\d+[.)])[ \t]+\[([^\]\r\n]{0,16})\]\*?(?=[ \t\r\n]|$)/.exec(source);
    const first = node.children[0];
    if (box === null || first?.type !== 'paragraph') return;
    const marker = box[1] === 'X' ? 'x' : box[1]!;
    if (!' ~x!'.includes(marker || '?') && isLink(marker)) return;
    found.push(`${start.line} [${marker}]`);
  };
  visit(parseFully(text));
  return found;
}

describe('parseTaskFile', () => {
  test.each(fixtures())('T10: finds the items that the full parser finds: $name', ({ text }) => {
    const items = parseTaskFile(text).items.map((item) => `${item.line} [${item.marker}]`);
    expect(items).toEqual(itemsFully(text, (label) => label === 'Review'));
  });

  test.each(fixtures())('gives the same for every line ending: $name', ({ name, text }) => {
    const plain = fixture(name.replace(/ .*/, ''));
    const items = parseTaskFile(text).items.map((item) => ({
      ...item,
      source: item.source.replace(/\r\n?/g, '\n'),
    }));
    expect(items).toEqual(parseTaskFile(plain).items);
  });

  test('T18: every item has a key of its own', () => {
    for (const { text } of fixtures()) {
      const keys = parseTaskFile(text).items.map((item) => item.key);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test('a tree with parents', () => {
    expect(outline(fixture('tree.md'))).toEqual([
      '[ ] 1.0 Order history',
      '  [x] 1.1 Order history page is slow for large customers',
      '  [ ] 1.2 Count of open orders',
      '  [~] 1.10 Search by note',
      '[!] 2.0 Monitoring',
      '  [!] 2.1 Install pg_stat_statements',
      '[ ] - Meeting with the data team',
    ]);
  });

  test('headings as categories', () => {
    const { items } = parseTaskFile(fixture('categories.md'));
    expect(items.map((item) => [item.id, item.headings])).toEqual([
      ['1.1', ['Database Assessment - Shop', 'Tasks', '1.0 Slow queries (HIGH)']],
      ['1.2', ['Database Assessment - Shop', 'Tasks', '1.0 Slow queries (HIGH)']],
      ['2.1', ['Database Assessment - Shop', 'Tasks', '2.0 Configuration (MEDIUM)']],
    ]);
  });

  test('T11, T13, T14, T15: markers and ids of all sorts', () => {
    expect(outline(fixture('markers.md'))).toEqual([
      '[x] 1 Capital',
      '[-] 2 Dropped',
      '[📍] 3.0 Here ← CURRENT PHASE',
      '[in_progress] 4 By another tool',
      '[] 5 Empty box',
      '[ ] 6 Optional',
      '[x] 7 Title on the next line',
      '[x] - A formatter made a list of it',
      '[/] 8 Half',
      '[ ] 9 Struck out',
      '[ ] - Target: 700 lines (30% reduction)',
      '[ ] 3.1 Complete the droid status: scheduled',
      '[x] 3.1 Complete the droid ✅',
      '[ ] - ',
      '[ ] - 500 ms for a login is too much',
      '[ ] - UTF-8 columns sort slowly',
    ]);
    const { items, warnings } = parseTaskFile(fixture('markers.md'));
    expect(items.filter((item) => !item.known).map((item) => item.id)).toEqual(['2', '3.0', '4', '5', '8']);
    expect(items.filter((item) => item.struck).map((item) => item.id)).toEqual(['9']);
    expect(warnings.filter((warning) => warning.code === 'unknown-marker')).toHaveLength(5);
    expect(warnings.find((warning) => warning.code === 'duplicate-id')?.line).toBe(17);
    expect(items.find((item) => item.title === '')?.id).toBe('#L18');
  });

  test('T12: entries in fences, comments, quotes, tables and front matter are no items', () => {
    expect(outline(fixture('hidden.md'))).toEqual([
      '[ ] 1.1 The only one with this id',
      '[ ] 1.3 In details, after a blank line',
      '[ ] - a link as title',
      '[!] 1.4 Stays an item',
    ]);
    expect(outline(fixture('matter.md')).map((line) => line.slice(0, 8))).toEqual([
      '[ ] T001',
      '[ ] T002',
      '[ ] - A ',
    ]);
    expect(parseTaskFile(fixture('hidden.md')).warnings).toEqual([]);
  });

  test('T10: every bullet, depth and script', () => {
    expect(outline(fixture('ordered.md'))).toEqual([
      '[ ] 1 Update the statement',
      '[ ] 2 Second one',
      '[x] 3 Third one',
      '[ ] - Ten with parenthesis',
      '[ ] - Eleven',
      '  [ ] - Inner',
    ]);
    expect(outline(fixture('loose.md')).map((line) => line.slice(0, 6))).toEqual([
      '[ ] #1',
      '[ ] #2',
      '[ ] #3',
      '[ ] - ',
    ]);
    expect(outline(fixture('tabs.md'))).toEqual([
      '[ ] 1 First',
      '  [ ] 1.1 Inner',
      '[ ] 2 Second',
      '[ ] 3 Third',
    ]);
    expect(outline(fixture('scripts.md'))).toEqual([
      '[ ] 1.1 优化慢查询 🐢',
      '[ ] 1.2 بطء الاستعلام في صفحة الطلبات',
      '[ ] - 👩‍💻 Emoji first',
      '[ ] - No newline at the end',
    ]);
  });

  test('T20: a field has name, key, values and line', () => {
    const item = only('- [ ] 1 a\n  - **Depends on**: Task 1.1, `T002`\n');
    expect(item.fields).toEqual([
      {
        name: 'Depends on',
        key: 'dependsOn',
        parts: [{ text: 'Task 1.1, T002', code: false, codes: ['T002'] }],
        values: ['Task 1.1, T002'],
        text: 'Task 1.1, T002',
        code: false,
        line: 2,
      },
    ]);
  });

  test.each([
    ['  - **Query**: `SELECT 1`', 'SELECT 1'],
    ['  - **Query:** `SELECT 1`', 'SELECT 1'],
    ['  - __Query__: `SELECT 1`', 'SELECT 1'],
    ['  - Query: `SELECT 1`', 'SELECT 1'],
    ['  - **QUERY** :  ``SELECT 1``', 'SELECT 1'],
    ['  - **Query**:\n    ```sql\n    SELECT\n      1\n    ```', 'SELECT\n  1'],
    ['  - **Query**:\n\n    ~~~\n    SELECT 1\n    ~~~', 'SELECT 1'],
    ['  - **Query**:\n  ```sql\n  SELECT 1\n  ```', 'SELECT 1'],
    ['  - **Query**:\n    - `SELECT 1`', 'SELECT 1'],
    ['  - **Query**: SELECT 1', 'SELECT 1'],
    ['  - **Query**: SELECT\n    1', 'SELECT 1'],
    ['  **Query**: `SELECT 1`', 'SELECT 1'],
    ['  - Details\n    - **Query**: `SELECT 1`', 'SELECT 1'],
    ['\t- **Query**: `SELECT 1`', 'SELECT 1'],
    ['  - **Query**: [x](q.sql)', 'q.sql'],
    ["  - **Query**: `SELECT '$1 | $& \\ * _'`", "SELECT '$1 | $& \\ * _'"],
  ])('T20, T22: the value of a field: %j', (field, text) => {
    const item = only(`- [ ] 1 a\n${field}\n`);
    expect(item.fields.map((found) => [found.key, found.text])).toEqual([['query', text]]);
  });

  test('T30: sql blocks and prose of the item itself', () => {
    const { items } = parseTaskFile(fixture('star-four.md'));
    expect(items.map((item) => item.sql)).toEqual([[], ['SELECT * FROM monthly_report'], [], []]);
    expect(items[0]?.fields[0]?.text).toMatch(/-- one row a day\n {7}sum/);
    expect(items[1]?.prose).toBe('A paragraph that explains the report.');
    expect(items[2]?.source).not.toContain('P-12');
    expect(only('- [ ] a\n  ```js\n  x\n  ```\n  ```PostgreSQL\n  SELECT 1\n  ```').sql).toEqual([
      'SELECT 1',
    ]);
  });

  test.each([
    ['- [ ] a\n\n```\n- [ ] b\n- [x] c\n', [4, 5]],
    ['<!-- note\n- [ ] b\n', [2]],
    ['<details>\n- [ ] b\n</details>\n', [2]],
    ['Text\n2. [ ] b\n', [2]],
    ['```\n- [ ] example\n```\n<!--\n- [ ] c\n-->\n', []],
  ])('warns of items that something swallows: %j', (text, lines) => {
    const warnings = parseTaskFile(text).warnings.filter((warning) => warning.code === 'task-swallowed');
    expect(warnings.map((warning) => warning.line)).toEqual(lines);
  });

  test('warns of a parent that is done before its items, and of conflicts', () => {
    expect(parseTaskFile('- [x] 1\n  - [ ] 1.1\n').warnings).toMatchObject([
      { code: 'parent-done-child-open', line: 1 },
    ]);
    const conflict = 'a\n<<<<<<< ours\n- [ ] 1\n=======\n- [x] 1\n>>>>>>> theirs\n';
    expect(parseTaskFile(conflict).warnings).toMatchObject([
      { code: 'conflict-marker', line: 2 },
      { code: 'duplicate-id' },
    ]);
    expect(parseTaskFile('```\n<<<<<<< ours\n>>>>>>> theirs\n```\n').warnings).toEqual([]);
  });

  test('warns of fields that are not indented enough to be in their item', () => {
    const text = '1. [ ] Slow\n  - **Query**: `SELECT 1`\n  - **Target**: < 5 ms\n  - **Anything**: else\n';
    const warnings = parseTaskFile(text).warnings.map(({ code, line }) => [code, line]);
    expect(warnings).toEqual([
      ['field-not-nested', 2],
      ['field-not-nested', 3],
    ]);
    expect(parseTaskFile(text.replaceAll('  - ', '   - ')).warnings).toEqual([]);
  });

  test('10,000 items, in categories or as one list, take time proportional to their number', () => {
    const list = (count: number) =>
      Array.from(
        { length: count },
        (_, n) => `- [ ] ${n} Item\n  - **Query**: \`SELECT ${n}\`\n  - **Target**: < 50 ms\n`,
      ).join('');
    const cpu = (run: () => unknown) => {
      const before = process.cpuUsage();
      run();
      return process.cpuUsage(before).user / 1000;
    };
    parseTaskFile(list(500));
    const small = cpu(() => parseTaskFile(list(1000)));
    const large = cpu(() => parseTaskFile(list(10_000)));
    expect(large).toBeLessThan(2000);
    expect(large / Math.max(small, 10)).toBeLessThan(30);
  });
});
