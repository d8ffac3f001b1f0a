import { beforeAll, describe, expect, test } from 'vitest';
import { SERVER } from '../../test/support/profiles.ts';
import type { Experiment } from '../experiment.ts';
import { loadParser } from '../sql/parse.ts';
import { inputFields } from '../task/input.ts';
import { parseTaskFile } from '../task/parse.ts';
import type { Trial } from '../trial.ts';
import type { SettingEvidence } from '../tuning/evidence/evidence.ts';
import { olderSettings } from '../../test/support/older-settings.ts';
import { POSTGRESQL_18 } from '../tuning/postgresql-18.ts';
import type { HardwareProfile, SourcedProfile } from '../tuning/profile.ts';
import { config } from './config.ts';
import type { FactSheet } from './step.ts';

beforeAll(loadParser);

const TITLE = 'Tune PostgreSQL for the 16 GB / SSD server';
const COUNTED: FactSheet['counted'] = {
  bufferBytes: 128 * 1024 ** 2,
  workingSetBytes: null,
  walCompression: 'off',
  counters: {
    blocksHit: 0,
    blocksRead: 0,
    evictions: 0,
    tempFiles: 0,
    tempBytes: 0,
    walBytes: 0,
    walRecords: 0,
    walImages: 0,
    walBuffersFull: 0,
    checkpointsRequested: 0,
    checkpointsTimed: 0,
    parallelWorkersPlanned: 0,
    parallelWorkersLaunched: 0,
  },
};

function sourced(profile: HardwareProfile): SourcedProfile {
  const entries = Object.entries(profile).map(([name, value]) => [name, { value, source: 'given' }]);
  return Object.fromEntries(entries) as SourcedProfile;
}

function open(markdown: string, facts: Partial<FactSheet> = {}) {
  const [item] = parseTaskFile(markdown).items;
  if (item === undefined) throw new Error('no item');
  const read = config.read(inputFields(item));
  if (!read.ok) throw new Error(read.problems.join('; '));
  return read.item.study(
    {
      hardware: { profile: sourced(SERVER), guessed: [] },
      tuning: POSTGRESQL_18,
      configured: [],
      tuningForms: ['conf', 'typescript'],
      counted: COUNTED,
      ...facts,
    },
    5,
  );
}

function observed(study: ReturnType<typeof open>, trials: readonly Trial[], observations: unknown): Trial {
  const [proposal] = study.next(trials);
  if (proposal === undefined) throw new Error('nothing is proposed');
  const reason = { code: 'seen', message: 'seen' };
  return { state: 'observed', proposal, accepted: true, reason, observations, where: 'here' };
}

describe('how it ends without a trial', () => {
  test('a machine that is only guessed is a question', () => {
    const hardware = { profile: sourced(SERVER), guessed: ['memoryBytes'] as const };
    expect(open(`- [ ] 1 ${TITLE}`, { hardware }).settle([])).toMatchObject({
      outcome: 'needs-information',
      reason: { code: 'hardware-unknown', message: expect.stringContaining('how much memory') },
    });
  });

  test('too little memory for any server is said with its numbers', () => {
    const small = { profile: sourced({ ...SERVER, memoryBytes: 100 * 1024 ** 2 }), guessed: [] };
    expect(open(`- [ ] 1 ${TITLE}`, { hardware: small }).settle([])).toMatchObject({
      outcome: 'needs-information',
      reason: { code: 'memory-too-small' },
    });
  });

  test('where every asked setting is as the rules have it, there is nothing to do', () => {
    expect(open('- [ ] 1 Set log_checkpoints').settle([])).toMatchObject({ outcome: 'already-met' });
  });

  test('what nobody should have is refused, with what there is instead', () => {
    expect(open('- [ ] 1 Set parallelVacuumMinWorkers to 4').settle([])).toMatchObject({
      outcome: 'refused',
      reason: { code: 'setting-refused', message: expect.stringContaining('VACUUM (PARALLEL n)') },
    });
  });
});

describe('rounds', () => {
  const study = open(`- [ ] 1 ${TITLE}`);
  const asked = (trials: readonly Trial[]): Experiment | undefined => study.next(trials)[0]?.experiment;

  test('first two servers are compared, then one is started with what is left; then nothing more', () => {
    expect(study.settle([])).toBeNull();
    expect(asked([])).toMatchObject({ type: 'prove-configuration', statements: null });
    const compared = observed(study, [], null);
    expect(asked([compared])).toMatchObject({ type: 'start-server' });
    expect(asked([compared, observed(study, [compared], null)])).toBeUndefined();
  });

  test('what is started is what is written, line by line', () => {
    const [last] = study.next([observed(study, [], null)]);
    const settings = last?.experiment?.type === 'start-server' ? last.experiment.settings : {};
    const text = last?.change.files?.find(({ name }) => name === 'postgresql.conf')?.text ?? '';
    const names = [...text.matchAll(/^(\w+) = /gm)].map(([, name]) => name);
    expect(names).toEqual(Object.keys(settings));
    expect(names.length).toBeGreaterThan(10);
    expect(last?.change.remains).toMatch(
      /^the server is to be given it, with a restart for .*shared_buffers/,
    );
  });

  test('T67: what an earlier item configured stays in the files, with what was measured of it', () => {
    const earlier = open('- [ ] 1 Set checkpoint_timeout')
      .next([observed(study, [], null)])
      .at(-1);
    const configured = (earlier?.change.configures ?? []).map((one) => ({ ...one, measured: 'it fell' }));
    expect(configured).toMatchObject([{ name: 'checkpoint_timeout', value: '15min' }]);
    const [last] = open('- [ ] 2 Set shared_buffers', { configured }).next([observed(study, [], null)]);
    expect(last?.change.configures).toMatchObject([
      { name: 'shared_buffers', measured: null },
      { name: 'checkpoint_timeout', measured: 'it fell' },
    ]);
    expect(last?.change.files?.[0]?.text).toMatch(
      /^shared_buffers = .*Measured: it fell\.\ncheckpoint_timeout = /ms,
    );
    expect(last?.change.summary).toBe('1 setting: shared_buffers 4GB');
    expect(last?.notes).toContain('the files keep what was configured before: checkpoint_timeout');
    expect(open('- [ ] 3 Set checkpoint_timeout', { configured }).settle([])).toMatchObject({
      outcome: 'already-met',
    });
  });

  test('what an older server does not count is not taken for none', () => {
    const notesFor = (versionNumber: number) => {
      const old = open(`- [ ] 1 ${TITLE}`, { tuning: olderSettings(versionNumber) });
      return old.next([observed(old, [], null)])[0]?.notes?.join('\n');
    };
    expect(notesFor(150_018)).toContain('PostgreSQL 15 does not count which blocks had to leave');
    expect(notesFor(160_014)).not.toContain('does not count');
    expect(notesFor(160_014)).toContain('ran on PostgreSQL 18');
  });

  test('each form comes with its way back', () => {
    const [last] = study.next([observed(study, [], null)]);
    expect(last?.change.files?.map(({ name, role }) => [name, role])).toEqual([
      ['postgresql.conf', 'main'],
      ['postgresql.conf.reverse', 'reverse'],
      ['postgres-config.ts', 'main'],
      ['postgres-config.reverse.ts', 'reverse'],
    ]);
  });

  test('a setting that made the item’s own statements worse is left out, and said', () => {
    const own = open(`- [ ] 1 ${TITLE}\n  - **Hardware**: 16 GB RAM\n  - **Workload**: \`queries.sql\`\n`);
    const worse: SettingEvidence = {
      name: 'random_page_cost',
      evidence: 'measured',
      counter: 'blocksRead',
      label: 'blocks read',
      unit: 'blocks',
      before: 10,
      after: 400,
      ratio: 40,
      better: false,
      together: [],
    };
    const start = { tried: {}, refused: [], adapted: [], takes: {}, warnings: [] };
    const comparison = { settings: [worse], after: start, workload: { name: '2 statements' } };
    const [last] = own.next([observed(own, [], { start, comparison })]);
    expect(last?.change.files?.[0]?.text).not.toContain('random_page_cost =');
    expect(last?.notes?.join('\n')).toMatch(/random_page_cost is left out: .*worse/);
    // Where nothing is left there is nothing to write.
    const only = open(
      '- [ ] 1 Set random_page_cost\n  - **Hardware**: 16 GB RAM\n  - **Workload**: `queries.sql`\n',
    );
    expect(only.next([observed(only, [], { start, comparison })])).toEqual([]);
  });
});
