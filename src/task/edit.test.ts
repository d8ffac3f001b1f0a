import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixtures } from '../../test/fixtures/task-files/index.ts';
import { editItem, type EditResult, hashValue, type ItemEdit, type OutputField } from './edit.ts';
import type { Item, Marker } from './item.ts';
import { parseTaskFile } from './parse.ts';

const NONE: ReadonlyMap<string, string> = new Map();

const OUTPUTS: readonly OutputField[] = [
  { name: 'Status', value: ['✅ Completed'] },
  { name: 'File', value: [{ code: 'migrations/20261122101500_users_email_idx.up.sql' }] },
  { name: 'Before', value: ['2,400 ms median (2,310–2,480, 12 runs; 41,210 blocks)'] },
  { name: 'After', value: ['45 ms median (98 % less time)'] },
  {
    name: 'Changes',
    value: ['composite index on (email, created_at); ', { code: "CREATE INDEX ON a (b) WHERE c = '$1'" }],
  },
  { name: 'Tests', value: ['✅ 24/24 passed (', { code: 'npm test' }, ')'] },
  { name: 'Impact', value: ['same 1,204 rows'] },
];

function idOf(text: string, id: string): Item {
  const item = parseTaskFile(text).items.find((candidate) => candidate.id === id);
  if (item === undefined) throw new Error(`no item ${id}`);
  return item;
}

function edited(text: string, id: string, edit: Partial<ItemEdit>): Extract<EditResult, { ok: true }> {
  const result = editItem(text, idOf(text, id).key, { owned: NONE, ...edit });
  if (!result.ok) throw new Error(result.message);
  return result;
}

/** The file without the lines that an edit has added, to be compared with the one before. */
function undo(
  result: Extract<EditResult, { ok: true }>,
  item: Item,
  fields: readonly OutputField[],
): EditResult {
  return editItem(result.text, item.key, {
    marker: item.marker as Marker,
    fields: fields.map(({ name }) => ({ name, value: null })),
    owned: result.written,
  });
}

describe('editItem', () => {
  test('T54: writes marker and fields as the format says', () => {
    const text = '- [ ] 1.1 Optimize slow user query\n  - **Query**: `SELECT 1`\n- [ ] 1.2 Next\n';
    expect(edited(text, '1.1', { marker: 'x', fields: OUTPUTS.toReversed() }).text).toBe(`\
- [x] 1.1 Optimize slow user query
  - **Query**: \`SELECT 1\`
  - **Status**: ✅ Completed
  - **File**: \`migrations/20261122101500_users_email_idx.up.sql\`
  - **Before**: 2,400 ms median (2,310–2,480, 12 runs; 41,210 blocks)
  - **After**: 45 ms median (98 % less time)
  - **Changes**: composite index on (email, created_at); \`CREATE INDEX ON a (b) WHERE c = '$1'\`
  - **Tests**: ✅ 24/24 passed (\`npm test\`)
  - **Impact**: same 1,204 rows
- [ ] 1.2 Next
`);
  });

  test.each([
    ['* [ ] 1\n    * **Query**: a\n', '* [x] 1\n    * **Query**: a\n    * **Status**: ok\n'],
    ['+ [ ] 1\n', '+ [x] 1\n  + **Status**: ok\n'],
    ['1. [ ] 1\n', '1. [x] 1\n   - **Status**: ok\n'],
    ['10) [ ] 1\n', '10) [x] 1\n    - **Status**: ok\n'],
    ['-   [ ] 1\n', '-   [x] 1\n    - **Status**: ok\n'],
    ['- [ ] 1', '- [x] 1\n  - **Status**: ok'],
    ['- [ ] 1\r\n\r\ntext', '- [x] 1\r\n  - **Status**: ok\r\n\r\ntext'],
    ['a\r\n- [ ] 1', 'a\r\n- [x] 1\r\n  - **Status**: ok'],
    ['- [ ] 1\n\t- **Query**: a\n', '- [x] 1\n\t- **Query**: a\n\t- **Status**: ok\n'],
    ['- [ ] 0\n    - note\n- [ ] 1\n', '- [ ] 0\n    - note\n- [x] 1\n    - **Status**: ok\n'],
    ['- [ ] 1  \n\n\n- [ ] 2\n', '- [x] 1  \n  - **Status**: ok\n\n\n- [ ] 2\n'],
    ['- [ ] 1\n  - [ ] 1.1\n', '- [x] 1\n  - **Status**: ok\n  - [ ] 1.1\n'],
    ['- [ ] 1\n  - note\n  - [ ] 1.1\n', '- [x] 1\n  - note\n  - **Status**: ok\n  - [ ] 1.1\n'],
    ['- [ ]* 1\n', '- [x]* 1\n  - **Status**: ok\n'],
    ['- [ ]\n  1. title\n', '- [x]\n  1. title\n  - **Status**: ok\n'],
    ['- [ ] 1 a\nlazy\n', '- [x] 1 a\nlazy\n  - **Status**: ok\n'],
    ['- - [ ] 1\n', '- - [x] 1\n    - **Status**: ok\n'],
    ['- [ ] 1\n  ```sql\n  SELECT 1\n  ```\n', '- [x] 1\n  ```sql\n  SELECT 1\n  ```\n  - **Status**: ok\n'],
    ['- [ ] 1\n  - **Status**: open\n', '- [x] 1\n  - **Status**: open\n  - **Result**: ok\n'],
    ['- [ ] 1\n  - status: open\n', '- [x] 1\n  - status: open\n  - **Result**: ok\n'],
    ['- [ ] 1\n  **Status**: open\n', '- [x] 1\n  **Status**: open\n  - **Result**: ok\n'],
  ])('T55: follows the style of the file: %j', (text, expected) => {
    const id =
      parseTaskFile(text).items.find((item) => item.id === '1')?.id ?? parseTaskFile(text).items[0]!.id;
    const result = edited(text, id, { marker: 'x', fields: [{ name: 'Status', value: ['ok'] }] });
    expect(result.text).toBe(expected);
    expect(parseTaskFile(result.text).items).toHaveLength(parseTaskFile(text).items.length);
  });

  test('T52: replaces its own values and keeps those of persons', () => {
    const text = '- [ ] 1\n  - **Impact**: users wait\n  - **File**: src/a.ts\n';
    const first = edited(text, '1', { fields: OUTPUTS });
    expect(first.text).toContain('  - **Impact**: users wait\n  - **File**: src/a.ts\n  - **Status**');
    expect(first.text).toContain('  - **Migration**: `migrations/');
    expect(first.text).toContain('  - **Measured impact**: same 1,204 rows\n');
    expect([...first.written.keys()]).toEqual([
      'status',
      'migration',
      'before',
      'after',
      'changes',
      'tests',
      'measured impact',
    ]);

    const second = edited(first.text, '1', {
      fields: [{ name: 'After', value: ['44 ms'] }],
      owned: first.written,
    });
    expect(second.text).toBe(first.text.replace('45 ms median (98 % less time)', '44 ms'));
    expect(second.written.get('after')).toBe(hashValue('44 ms'));

    const corrected = second.text.replace('44 ms', '44 ms (on staging)');
    const third = edited(corrected, '1', {
      fields: [{ name: 'After', value: ['43 ms'] }],
      owned: second.written,
    });
    expect(third.text).toBe(
      corrected.replace('  - **After**', '  - **Measured after**: 43 ms\n  - **After**'),
    );
  });

  test('T54: a new field of ours goes to its place among ours', () => {
    const first = edited('- [ ] 1\n  - **Query**: a\n', '1', { fields: [{ name: 'After', value: ['b'] }] });
    const second = edited(first.text, '1', {
      fields: ['Impact', 'Before', 'Status'].map((name) => ({ name, value: ['c'] })),
      owned: first.written,
    });
    expect(second.text).toBe(
      '- [ ] 1\n  - **Query**: a\n  - **Status**: c\n  - **Before**: c\n  - **After**: b\n  - **Impact**: c\n',
    );
  });

  test('T52: a name that persons have used in both forms is kept and reported', () => {
    const text = '- [ ] 1\n  - **Status**: a\n  - **Result**: b\n';
    const result = edited(text, '1', { fields: [{ name: 'Status', value: ['c'] }] });
    expect(result).toMatchObject({ text, kept: ['Status'] });
  });

  test('T51: ownership holds in a checkout with other line endings and indentation', () => {
    const first = edited('- [ ] 1\n', '1', { fields: OUTPUTS });
    const checkout = first.text.replaceAll('\n', '\r\n').replaceAll('  - ', '    - ');
    const result = edited(checkout, '1', {
      fields: [{ name: 'Status', value: ['again'] }],
      owned: first.written,
    });
    expect(result.text).toBe(checkout.replace('✅ Completed', 'again'));
  });

  test('T53: code with line breaks becomes a fence, and is replaced and removed as one', () => {
    const text = '* [ ] 1\r\n* [ ] 2\r\n';
    const fields = [{ name: 'Changes', value: [{ code: 'SELECT 1 -- one\nFROM a' }] }];
    const first = edited(text, '1', { fields });
    expect(first.text).toBe(
      '* [ ] 1\r\n  * **Changes**:\r\n    ```\r\n    SELECT 1 -- one\r\n    FROM a\r\n    ```\r\n* [ ] 2\r\n',
    );
    expect(idOf(first.text, '1').fields[0]?.text).toBe('SELECT 1 -- one\nFROM a');
    expect(edited(first.text, '1', { fields, owned: first.written }).text).toBe(first.text);
    expect(
      edited(first.text, '1', { fields: [{ name: 'Changes', value: null }], owned: first.written }).text,
    ).toBe(text);
  });

  test.each([
    ['- [-] 1\n', {}, 'edit-refused'],
    ['- [x] 1\n', { expected: { marker: '~' } }, 'item-changed'],
    ['- [ ] 1\n', { expected: { fingerprint: 'other' } }, 'item-changed'],
  ] as const)('refuses %j %j', (text, edit, code) => {
    expect(editItem(text, idOf(text, '1').key, { marker: 'x', owned: NONE, ...edit })).toMatchObject({
      ok: false,
      code,
    });
  });

  test('T57: refuses where a new bullet would become something else', () => {
    const text = '- [ ] 1\n  ```sql\n  SELECT 1\n';
    const result = editItem(text, idOf(text, '1').key, { fields: OUTPUTS, owned: NONE });
    expect(result).toMatchObject({
      ok: false,
      code: 'edit-refused',
      message: expect.stringContaining('without damage'),
    });
  });

  test('T18: an item that is gone, or that has got a double, is not found', () => {
    const { key } = idOf('- [ ] 1 a\n', '1');
    const edit = { marker: 'x', owned: NONE } as const;
    expect(editItem('- [ ] 1 b\n', key, edit)).toMatchObject({ ok: false, code: 'item-not-found' });
    expect(editItem('- [ ] 1 a\n- [ ] 1 a\n', key, edit)).toMatchObject({
      ok: false,
      code: 'item-ambiguous',
    });
    expect(editItem('new line\n\n- [ ] 0 new\n- [ ] 1 a ✅\n', key, edit)).toMatchObject({ ok: true });
  });

  test.each(fixtures())(
    'T50, T57: every item: only the item changes, twice is once, undo is exact: $name',
    ({ text }) => {
      for (const item of parseTaskFile(text).items) {
        if (!item.known) continue;
        for (const marker of ['~', 'x'] as const) {
          const result = editItem(text, item.key, { marker, fields: OUTPUTS, owned: NONE });
          if (!result.ok) throw new Error(`line ${item.line}: ${result.message}`);
          expect(editItem(result.text, item.key, { marker, fields: OUTPUTS, owned: result.written })).toEqual(
            result,
          );
          const undone = undo(result, item, OUTPUTS);
          expect(undone.ok && undone.text).toBe(
            text.replace(
              '[X] 1 Capital',
              item.title === 'Capital' && marker !== 'x' ? '[x] 1 Capital' : '[X] 1 Capital',
            ),
          );
        }
      }
    },
  );
});

const bullet = fc.constantFrom('-', '*', '+', '1.', '2)', '-  ');
const title = fc.constantFrom(
  '1.1 Slow',
  '**T001** slow query',
  'no id',
  '2 `code` and *more*',
  '3\n  second line',
  '任务 🐢',
);
const body = fc.constantFrom(
  '',
  '@- **Query**: `SELECT $1`',
  '@- note',
  '@- **Status**: mine',
  '@```sql\n@SELECT 1\n@```',
  '\n@text',
  '@    deep',
  '@- [ ] 9 child\n@  - **Table**: a',
  '> quote',
  '<!-- c -->',
  '@* star\n@* star',
  '@1. one\n@2. two',
  '\n\n@- loose\n\n@- loose',
);
const entry = fc
  .tuple(
    bullet,
    fc.constantFrom(' ', 'x', '~', '!'),
    title,
    fc.array(body, { maxLength: 4 }),
    fc.constantFrom('', '\n', '\n\n'),
  )
  .map(([mark, box, text, bodies, gap]) => {
    const indent = ' '.repeat(mark.length + 1);
    return (
      [`${mark} [${box}] ${text}`, ...bodies.map((line) => line.replaceAll('@', indent))]
        .filter(Boolean)
        .join('\n') + gap
    );
  });
const taskFile = fc
  .tuple(
    fc.array(fc.oneof(entry, entry, fc.constantFrom('# Heading', 'text', '```\n- [ ] x\n```', '---')), {
      minLength: 1,
    }),
    fc.boolean(),
  )
  .map(([blocks, final]) => blocks.join('\n') + (final ? '\n' : ''));
const inline = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom(
    '$1 $& $`',
    'a | b',
    '*x* _y_ `z`',
    '- [ ] x',
    '# h',
    '<b>&amp;',
    '~~a~~',
    'a\nb',
    '[a](b)',
    '1. a',
    '\\',
    '**x**: y',
  ),
  fc
    .oneof(fc.string({ maxLength: 20 }), fc.constantFrom('`', '``a`', ' a ', 'SELECT `x`', '$1', 'a\nb'))
    .map((code) => ({ code })),
);
const change = fc.record({
  marker: fc.constantFrom<Marker[]>(' ', '~', 'x', '!'),
  fields: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('Status', 'File', 'Before', 'Changes', 'Impact', 'Blocked'),
      value: fc.array(inline, { minLength: 1, maxLength: 3 }),
    }),
    { selector: (field) => field.name },
  ),
});

function endings(text: string): readonly string[] {
  return [...new Set(text.match(/\r\n|\r|\n/g))];
}

describe('editItem, for generated files', () => {
  test('T50, T57: bytes outside of the edit stay, the second time changes nothing, undo is exact', () => {
    let refused = 0;
    let done = 0;
    fc.assert(
      fc.property(
        taskFile,
        change,
        fc.nat(),
        fc.constantFrom('\n', '\r\n', '\r'),
        (plain, { marker, fields }, pick, eol) => {
          const text = plain.replaceAll('\n', eol);
          const { items } = parseTaskFile(text);
          const item = items[pick % Math.max(1, items.length)];
          if (item === undefined) return;
          const result = editItem(text, item.key, { marker, fields, owned: NONE });
          if (!result.ok) {
            refused += 1;
            return;
          }
          done += 1;
          const others = (all: readonly Item[]) =>
            all.filter((other) => other.key !== item.key).map((other) => other.source);
          expect(others(parseTaskFile(result.text).items)).toEqual(others(items));
          expect(endings(result.text)).toEqual(text.includes(eol) ? [eol] : endings(result.text));
          expect(editItem(result.text, item.key, { marker, fields, owned: result.written })).toEqual(result);
          const undone = undo(result, item, fields);
          expect(undone.ok && undone.text).toBe(text);
        },
      ),
      { numRuns: 600 },
    );
    expect(refused).toBeLessThan(done / 20);
  });
});
