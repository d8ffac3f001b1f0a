import { expect, test } from 'vitest';
import { olderSettings } from '../../test/support/older-settings.ts';
import type { WatchedCheck } from '../monitoring/artifacts/watched.ts';
import { inputFields } from '../task/input.ts';
import { parseTaskFile } from '../task/parse.ts';
import { monitoring } from './monitoring.ts';

const CHECK: Omit<WatchedCheck, 'name' | 'state'> = {
  area: 'io',
  level: 'ok',
  message: null,
  threshold: null,
  summary: 'what is read',
  advice: 'read less',
  unit: 'count',
  observations: [],
};

const CHECKS: readonly WatchedCheck[] = [
  { ...CHECK, name: 'connections-used', state: 'read' },
  { ...CHECK, name: 'slow-statements', state: 'not-visible' },
  { ...CHECK, name: 'aio-workers', state: 'not-available' },
  { ...CHECK, name: 'replay-lag', state: 'not-applicable' },
];

test('what may become visible is told from what the version does not have', () => {
  const [item] = parseTaskFile('- [ ] 1 Set up slow-query monitoring of the database\n').items;
  const read = monitoring.read(inputFields(item!));
  if (!read.ok) throw new Error(read.problems.join('; '));
  const study = read.item.study({ tuning: olderSettings(150_018), configured: [], extensions: [] }, 5);
  const [baseline] = study.next([]);
  const [proposal] = study.next([
    {
      state: 'observed',
      proposal: baseline!,
      accepted: true,
      reason: { code: 'baseline', message: 'seen' },
      observations: { checks: CHECKS, version: '15.18', takenAt: '2026-11-27T00:00:00.000Z' },
      where: 'the target',
    },
  ]);
  expect(proposal?.notes).toEqual([
    'seen',
    'monitoring/alertmanager.yml tells nobody before its receiver has an address',
    'not visible yet: slow-statements',
    'not to be had of PostgreSQL 15: aio-workers',
  ]);
  expect(proposal?.change.files?.find(({ name }) => name.endsWith('alerts.yml'))?.text).toContain(
    'pitstop_check_visible{check!~"aio-workers"} == 0',
  );
  expect(proposal?.change.files?.map(({ name }) => name)).toEqual(
    expect.arrayContaining(
      ['alerts.yml', 'alertmanager.yml', 'dashboard.json', 'baseline.json'].map(
        (name) => `monitoring/${name}`,
      ),
    ),
  );
});
