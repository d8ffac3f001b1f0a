import { describe, expect, test } from 'vitest';
import { inputFields } from './input.ts';
import { dependenciesOf } from './order.ts';
import { parseTaskFile } from './parse.ts';

describe('fields', () => {
  test.each(['Depends on', 'DEPENDS-ON', 'Depends  On'])('T21: a name however written: %s', (name) => {
    const [item] = parseTaskFile(`- [ ] 1.1 Slow\n  - **${name}**: 1.2\n`).items;
    expect(item && inputFields(item).dependsOn).toEqual(['1.2']);
  });

  test('T23: an entry that contains items has the value of its first line, and the items are child items', () => {
    const text =
      '- [ ] 1.0 All\n  - **Query**: `SELECT 1`\n    - [ ] 1.1 Inner\n      - **Query**: `SELECT 2`\n';
    const [parent, child] = parseTaskFile(text).items;
    expect(parent?.fields.map(({ key, text: value }) => [key, value])).toEqual([['query', 'SELECT 1']]);
    expect(child?.parentKey).toBe(parent?.key);
    expect(child && inputFields(child).query).toBe('SELECT 2');
  });

  test('T24: unknown fields, prose and other entries say nothing', () => {
    const bare = parseTaskFile('- [ ] 1.1 Slow\n  - **Query**: `SELECT 1`\n').items[0]!;
    const talkative = parseTaskFile(
      '- [ ] 1.1 Slow\n\n  Somebody asked: why?\n\n  - **Owner**: `SELECT 2`\n  - a note\n  - **Query**: `SELECT 1`\n',
    ).items[0]!;
    expect(inputFields(talkative)).toEqual(inputFields(bare));
    expect(talkative.fields.map(({ name }) => name)).toEqual(['Owner', 'Query']);
  });

  test.each([
    'migrations/a.sql',
    'docs/performance/a/1.json',
    'db/changes/1_a.up.sql',
    'db/changes/1_a.down.sql',
  ])('T31: %s is never read', (path) => {
    const [item] = parseTaskFile(`- [ ] 1.1 Slow\n  - **File**: \`${path}\`, \`db/slow.sql\`\n`).items;
    expect(item && inputFields(item).files).toEqual([{ path: 'db/slow.sql', lines: null }]);
  });

  test('T47: who depends on a parent depends on all items below it', () => {
    const { items } = parseTaskFile(
      '- [ ] 1.0 All\n  - [ ] 1.1 a\n  - [ ] 1.2 b\n    - [ ] 1.2.1 c\n- [ ] 2.0 Last\n  - **Depends on**: 1.0\n',
    );
    expect(dependenciesOf(items.at(-1)!, items).map(({ id }) => id)).toEqual(['1.1', '1.2.1']);
  });
});
