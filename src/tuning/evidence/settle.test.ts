import { expect, test } from 'vitest';
import { POSTGRESQL_18 } from '../postgresql-18.ts';
import type { SettingAdvice } from '../setting.ts';
import type { Refusal } from '../start/refusals.ts';
import type { StartReport } from '../start/report.ts';
import type { ServerComparison } from './comparison.ts';
import type { SettingEvidence } from './evidence.ts';
import { settle } from './settle.ts';

const ADVISED = ['work_mem', 'wal_compression', 'random_page_cost'].map((name): SettingAdvice => ({
  name,
  value: '1',
  group: 'memory',
  why: '',
  source: '',
  takes: 'reload',
  old: null,
}));
const ASKED = { ...POSTGRESQL_18, offline: false };

function tried(refused: readonly Refusal[], settings: readonly SettingEvidence[] = []) {
  const start: StartReport = { tried: {}, refused, adapted: [], takes: {}, warnings: [] };
  return { start, comparison: { settings } as ServerComparison };
}

function refusal(kind: Refusal['kind']): Refusal {
  return { name: 'wal_compression', value: 'lz4', kind, message: 'no', hint: null };
}

function measured(better: boolean | null, together: readonly string[] = []): SettingEvidence {
  return {
    name: 'random_page_cost',
    evidence: 'measured',
    counter: 'blocksTouched',
    label: 'blocks touched',
    unit: 'blocks',
    before: 50,
    after: 491.0925,
    ratio: 9.8,
    better,
    together,
  };
}

const namesOf = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

test('all of it is handed out where nothing speaks against it', () => {
  expect(settle(ADVISED, ASKED, null, true)).toEqual({ settings: ADVISED, leftOut: [] });
  expect(settle(ADVISED, ASKED, tried([], [measured(true)]), true).leftOut).toEqual([]);
});

test('what a server does not start with is left out', () => {
  const { settings, leftOut } = settle(ADVISED, ASKED, tried([refusal('conflict')]), true);
  expect(namesOf(settings)).toEqual(['work_mem', 'random_page_cost']);
  expect(leftOut).toEqual([{ name: 'wal_compression', why: 'a server does not start with it: no' }]);
});

test('what only our build does not have stays where the server has said that it does', () => {
  expect(settle(ADVISED, ASKED, tried([refusal('value')]), true).leftOut).toEqual([]);
  expect(namesOf(settle(ADVISED, POSTGRESQL_18, tried([refusal('value')]), true).leftOut)).toEqual([
    'wal_compression',
  ]);
});

test('what makes the user’s statements worse is left out, alone and measured', () => {
  expect(settle(ADVISED, ASKED, tried([], [measured(false)]), true).leftOut).toEqual([
    {
      name: 'random_page_cost',
      why: 'it makes the statements worse: blocks touched for each transaction from 50 to 491',
    },
  ]);
  expect(settle(ADVISED, ASKED, tried([], [measured(false)]), false).leftOut).toEqual([]);
  expect(settle(ADVISED, ASKED, tried([], [measured(null)]), true).leftOut).toEqual([]);
  expect(settle(ADVISED, ASKED, tried([], [measured(false, ['work_mem'])]), true).leftOut).toEqual([]);
});
