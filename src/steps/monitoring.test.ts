import { expect, test } from 'vitest';
import { olderSettings } from '../../test/support/older-settings.ts';
import type { WatchedCheck } from '../monitoring/artifacts/watched.ts';
import { inputFields } from '../task/input.ts';
import { parseTaskFile } from '../task/parse.ts';
import type { ConfiguredSetting } from '../tuning/configured.ts';
import { monitoring } from './monitoring.ts';
import type { FactSheet } from './step.ts';

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

/** What is proposed for a server, with a baseline of these checks. */
function proposalFor(facts: Parameters<typeof studyOf>[0]) {
  const study = studyOf(facts);
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
  return proposal;
}

function studyOf(facts: Pick<FactSheet, 'tuning' | 'configured'>) {
  const [item] = parseTaskFile('- [ ] 1 Set up slow-query monitoring of the database\n').items;
  const read = monitoring.read(inputFields(item!));
  if (!read.ok) throw new Error(read.problems.join('; '));
  return read.item.study({ ...facts, extensions: [] }, 5);
}

test('what may become visible is told from what the version does not have', () => {
  const proposal = proposalFor({ tuning: olderSettings(150_018), configured: [] });
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

test('T67: what another item has configured is not set to something else', () => {
  const tuning = olderSettings(150_018);
  const ask = (name: string, value: string): ConfiguredSetting => ({
    name,
    value,
    group: 'logging',
    why: '',
    source: '',
    takes: 'reload',
    old: null,
    measured: null,
  });
  const confOf = (configured: readonly ConfiguredSetting[]) =>
    proposalFor({ tuning, configured })?.change.files?.find(({ name }) => name.endsWith('postgresql.conf'))
      ?.text;
  expect(confOf([])).toContain('log_min_duration_statement = 1s');
  expect(confOf([ask('log_min_duration_statement', '250ms')])).not.toContain('log_min_duration_statement');
});
