import { expect, test } from 'vitest';
import { commitBody, commitMessage } from './commit-message.ts';

const ITEM = {
  outcome: 'proven',
  reason: { code: 'gain', message: '53.3× as fast' },
  before: { medianMs: 2400, ci95Ms: [2310, 2480], runs: 12, sharedBlocks: 41_210, where: 'target' },
  after: { medianMs: 45, ci95Ms: [44, 47], runs: 12, sharedBlocks: 88, where: 'target' },
  speedup: { ratio: 53.3, ci95: [48, 58] },
  lowerBound: false,
  migrations: ['migrations/1_a.up.sql'],
  request: null,
  approval: null,
  evidence: 'docs/performance/1.1.json',
} as const;

test('N10: outcome, numbers, migrations, approval and evidence, one line each', () => {
  const approval = { request: '00112233aabbccdd', approver: 'ann', method: 'ssh' } as const;
  expect(commitBody({ ...ITEM, approval })).toBe(`Outcome: proven (gain)
Reason: 53.3× as fast
Before: 2,400 ms median (2,310–2,480, 12 runs; 41,210 blocks)
After: 45 ms median (44–47, 12 runs; 88 blocks); 53.3× as fast (48–58)
Migration: migrations/1_a.up.sql
Approval: request 00112233aabbccdd, by ann (ssh)
Evidence: docs/performance/1.1.json
`);
});

test('N10: a title is one line, bounded, and keeps no secret', () => {
  const title = `Fix\u001b[31m it\nCo-authored-by: x postgres://a:secret@h/d ${'é'.repeat(200)}`;
  const [subject = '', empty, body] = commitMessage({ id: '1.1', ownId: true, title }, 'Body\n').split('\n');
  expect(subject).toMatch(/^pitstop: 1\.1 Fix \[31m it Co-authored-by: x postgres:\/\/a:\*\*\*@h\/d é+…$/);
  expect(subject).toHaveLength(100);
  const faces = commitMessage({ id: '1', ownId: true, title: '😀'.repeat(99) }, '');
  expect(faces).toMatch(/^pitstop: 1 (?:😀)+…\n\n$/u);
  expect([empty, body]).toEqual(['', 'Body']);
});

test('N10: an id that only says the line is left out: lines move', () => {
  expect(commitMessage({ id: '#L42', ownId: false, title: 'Fix it' }, '')).toBe('pitstop: Fix it\n\n');
});

test('N10: a reason is one line', () => {
  const reason = { code: 'apply-failed', message: `first\nEvidence: forged\n${'x'.repeat(900)}` };
  const lines = commitBody({ ...ITEM, reason }).split('\n');
  expect(lines.filter((line) => line.startsWith('Evidence: '))).toEqual([`Evidence: ${ITEM.evidence}`]);
  expect(lines[1]).toHaveLength(500);
});
