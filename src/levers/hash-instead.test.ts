import { beforeAll, expect, test } from 'vitest';
import { columnFacts, relationFacts } from '../../test/support/facts.ts';
import { notUsed, slowStatement } from '../../test/support/slow-statement.ts';
import { createIndexStep, type IndexElement, type Proposal } from '../change.ts';
import { loadParser } from '../sql/parse.ts';
import type { Trial } from '../trial.ts';
import { hashInstead } from './hash-instead.ts';

beforeAll(loadParser);

const documents = relationFacts('documents', {
  columns: [columnFacts('body', { type: 'text', baseType: 'text' })],
});
const body: IndexElement = { column: 'body', descending: true, nullsFirst: true };

function proposalOf(...keys: readonly (readonly IndexElement[])[]): Proposal {
  const steps = keys.map((own, at) =>
    createIndexStep({
      schema: 'shop',
      table: 'documents',
      name: `documents_${at}`,
      keys: own,
      predicate: 'body IS NOT NULL',
    }),
  );
  return { id: 'i', change: { summary: 'i', steps }, reason: 'r', probe: null, estimatedGainMs: 7 };
}

function proposedFor(proposal: Proposal, code: string) {
  const slow = slowStatement(`SELECT body FROM documents WHERE body = 'x'`, [documents]);
  const trial: Trial = { ...notUsed(proposal), reason: { code, message: '' } };
  return hashInstead.propose(slow, [trial]).flatMap(({ change }) => change.steps.map(({ up }) => up));
}

test('a value that is too long for a B-tree gets a hash index, which has no order', () => {
  expect(proposedFor(proposalOf([body]), 'value-too-large')).toEqual([
    'CREATE INDEX CONCURRENTLY documents_0 ON shop.documents USING hash (body) WHERE body IS NOT NULL',
  ]);
});

test.each<[why: string, proposal: Proposal, code: string]>([
  ['the index was refused for something else', proposalOf([body]), 'not-used'],
  ['there are several indexes', proposalOf([body], [body]), 'value-too-large'],
])('none where %s', (_, proposal, code) => {
  expect(proposedFor(proposal, code)).toEqual([]);
});
