import { beforeAll, describe, expect, test } from 'vitest';
import type { IndexFacts } from '../facts.ts';
import { loadParser } from '../sql/parse.ts';
import { inputFields } from '../task/input.ts';
import { parseTaskFile } from '../task/parse.ts';
import { index } from './index.ts';
import type { NamedIndex } from './step.ts';
import { indexFacts } from '../../test/support/facts.ts';

beforeAll(loadParser);

const NOTES = facts('orders_notes_idx', 'notes');
const NAMED: NamedIndex = {
  table: { schema: 'shop', name: 'orders' },
  index: NOTES,
  siblings: [NOTES, facts('orders_pkey', 'id', { unique: true, constraint: 'orders_pkey' })],
};
const DROP = '- [ ] 2.1 Drop it\n  - **Candidate**: `DROP INDEX shop.orders_notes_idx`\n';
const NAME_ONLY = '- [ ] 2.1 Look at it\n  - **Index**: `shop.orders_notes_idx`\n';

function open(markdown: string, named: NamedIndex | null) {
  const [item] = parseTaskFile(markdown).items;
  if (item === undefined) throw new Error('no item');
  const read = index.read(inputFields(item));
  if (!read.ok) throw new Error(read.problems.join('; '));
  const study = read.item.study({ index: named }, 5);
  const statements = study
    .next([])
    .flatMap(({ change }) => change.steps.flatMap((step) => [step.up, step.down]));
  return { subject: read.item.subject, findings: study.findings.map(({ code }) => code), statements, study };
}

describe('what is wrong with an index', () => {
  test.each<[string, Partial<NamedIndex>, readonly string[]]>([
    ['never scanned', {}, ['unused-index']],
    ['scanned', { index: { ...NOTES, scans: 1 } }, []],
    ['never scanned, but unique', { index: { ...NOTES, unique: true } }, []],
    ['never scanned, but part of a constraint', { index: { ...NOTES, constraint: 'c' } }, []],
    [
      'scanned, with a twin',
      { index: { ...NOTES, scans: 9 }, siblings: [NOTES, facts('twin', 'notes')] },
      ['duplicate-index'],
    ],
    [
      'scanned, with a twin that is not valid',
      { index: { ...NOTES, scans: 9 }, siblings: [NOTES, facts('twin', 'notes', { valid: false })] },
      [],
    ],
    [
      'unique, with a twin that is not',
      { index: { ...NOTES, unique: true, scans: 9 }, siblings: [facts('twin', 'notes')] },
      [],
    ],
  ])('%s', (_name, change, findings) => {
    expect(open(NAME_ONLY, { ...NAMED, ...change }).findings).toEqual(findings);
  });
});

describe('what it proposes', () => {
  const down = NOTES.definition.replace('INDEX', 'INDEX CONCURRENTLY');

  test('a drop that somebody asks for is made one that blocks nobody and can be undone', () => {
    const { subject, statements } = open(DROP, NAMED);
    expect(subject.index).toEqual({ schema: 'shop', name: 'orders_notes_idx' });
    expect(statements).toEqual(['DROP INDEX CONCURRENTLY shop.orders_notes_idx', down]);
  });

  test('also where nothing speaks for it: the gate decides', () => {
    expect(open(DROP, { ...NAMED, index: { ...NOTES, scans: 900 } }).statements).toHaveLength(2);
  });

  test('an index that is only named is dropped where a finding says so', () => {
    expect(open(NAME_ONLY, NAMED).statements).toEqual([
      'DROP INDEX CONCURRENTLY shop.orders_notes_idx',
      down,
    ]);
    expect(open(NAME_ONLY, { ...NAMED, index: { ...NOTES, scans: 900 } }).statements).toEqual([]);
  });

  test('an index that is not there is not dropped', () => {
    expect(open(DROP, null).statements).toEqual([]);
    expect(open(NAME_ONLY, null).statements).toEqual([]);
  });

  test('another statement is carried as it stands', () => {
    const markdown = '- [ ] 2.1 Clean up\n  - **Candidate**: `DROP TABLE shop.old`\n';
    expect(open(markdown, null).statements).toEqual(['DROP TABLE shop.old', null]);
  });

  test('there is one round', () => {
    const { study } = open(DROP, NAMED);
    const [proposal] = study.next([]);
    if (proposal === undefined) throw new Error('no proposal');
    const reason = { code: 'x', message: '' };
    expect(study.next([{ state: 'impossible', proposal, accepted: false, reason }])).toEqual([]);
  });
});

test('a field that is no name of an index is a question', () => {
  const [item] = parseTaskFile('- [ ] 2.1 x\n  - **Index**: the one on notes, please\n').items;
  expect(item && index.read(inputFields(item))).toMatchObject({
    ok: false,
    problems: [expect.stringContaining('is not the name of an index')],
  });
});

function facts(name: string, column: string, more: Partial<IndexFacts> = {}): IndexFacts {
  return indexFacts(name, [column], {
    oid: 1,
    definition: `CREATE INDEX ${name} ON shop.orders USING btree (${column})`,
    sizeBytes: 8_192,
    ...more,
  });
}
