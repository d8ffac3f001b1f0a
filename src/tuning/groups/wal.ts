import { formatBytes } from '../../report/format.ts';
import type { WorkloadKind } from '../profile.ts';
import type { RuleGroup, SettingRule, Situation } from '../rule.ts';
import { GB } from '../units.ts';

const MOST_LOG: Readonly<Record<WorkloadKind, number>> = {
  web: 4 * GB,
  oltp: 8 * GB,
  dw: 16 * GB,
  mixed: 8 * GB,
  desktop: 2 * GB,
};

/** Of what is free on the log's volume: `max_wal_size` is no hard limit, and others write there, too. */
export const MOST_OF_VOLUME = 0.4;

/** What is written above the mean, and does not start a checkpoint yet. */
const HEADROOM = 1.25;

const maxWalSize: SettingRule = {
  name: 'max_wal_size',
  formula:
    '4 GB for web, 8 for oltp and mixed, 16 for dw, 2 for desktop; more where the server has written more than that: 1.25 × (1 + checkpoint_completion_target) × log in a checkpoint_timeout, by the mean of an hour or more; no more than half of memory, nor than 40 % of what is free on the log’s volume',
  source:
    'PostgreSQL documentation 28.5: checkpoints that the log’s size forces write more pages; recovery reads what lies between two',
  handSet: 'keep-larger',
  wish: (situation) => {
    const { memoryBytes, freeBytes } = situation.profile;
    const bounds = [
      neededLog(situation),
      { value: memoryBytes / 2, why: `half of ${formatBytes(memoryBytes)}: a small machine recovers slowly` },
      ...(freeBytes === null
        ? []
        : [
            { value: MOST_OF_VOLUME * freeBytes, why: `40 % of the ${formatBytes(freeBytes)} that are free` },
          ]),
    ];
    const lowest = bounds.reduce((low, bound) => (bound.value < low.value ? bound : low));
    return { ...lowest, ...(freeBytes === null ? {} : { ceiling: MOST_OF_VOLUME * freeBytes }) };
  },
};

/** A checkpoint begins after `max_wal_size` / (1 + `checkpoint_completion_target`) of log. */
function neededLog(situation: Situation): { readonly value: number; readonly why: string } {
  const { profile, server } = situation;
  const usual = {
    value: MOST_LOG[profile.workload],
    why: 'so that time, not the size of the log, starts checkpoints',
  };
  const rate = server.logBytesPerSecond;
  if (rate === null) return usual;
  const target = situation.number('checkpoint_completion_target', 0.9);
  const timeoutMs = situation.number('checkpoint_timeout', 300_000);
  const value = HEADROOM * (1 + target) * rate * (timeoutMs / 1_000);
  const minutes = timeoutMs / 60_000;
  return value <= usual.value
    ? usual
    : {
        value,
        why: `${formatBytes(rate)} of log a second, the mean so far, is ${formatBytes(rate * 60 * minutes)} in the ${minutes} minutes of checkpoint_timeout; a checkpoint begins at about half of max_wal_size`,
      };
}

const minWalSize: SettingRule = {
  name: 'min_wal_size',
  formula:
    'a quarter of max_wal_size where that is more than the version has; what the version has for desktop',
  source: 'PostgreSQL documentation 19.5.2: so much of the log is recycled, not made anew',
  handSet: 'keep-larger',
  wish: (situation) => {
    if (situation.profile.workload === 'desktop') return null;
    const most = situation.number('max_wal_size', GB);
    // Memory or the volume do not reach for more: then nothing of the log is to be kept beyond need.
    if (most <= GB) return null;
    return { value: most / 4, why: `a quarter of max_wal_size = ${formatBytes(most)}`, ceiling: most };
  },
};

const checkpointTimeout: SettingRule = {
  name: 'checkpoint_timeout',
  formula: '15 minutes, 30 for dw; what the version has for desktop',
  source:
    'each checkpoint makes the next change of a page log all of it; recovery takes as long as there is to redo',
  handSet: 'keep-larger',
  wish: ({ profile: { workload } }) => {
    if (workload === 'desktop') return null;
    const minutes = workload === 'dw' ? 30 : 15;
    return { value: minutes * 60_000, why: `full pages are logged once in ${minutes} minutes, not in 5` };
  },
};

const checkpointCompletionTarget: SettingRule = {
  name: 'checkpoint_completion_target',
  formula: '0.9',
  source: 'PostgreSQL documentation 19.5.2: the default since 14; a smaller one comes from an old file',
  handSet: 'keep-larger',
  wish: () => ({ value: 0.9, why: 'spreads a checkpoint’s writes over the time until the next' }),
};

/** Best first; `on` is all that 14 has, and means pglz. */
const COMPRESSIONS = ['lz4', 'zstd', 'pglz', 'on'];

function wayOf(method: string, { server }: Situation): string {
  if (method === 'on') return 'by pglz, which is all that 14 has';
  return server.offline ? 'as every build can' : 'in the fastest way that this server was built with';
}

const walCompression: SettingRule = {
  name: 'wal_compression',
  formula: 'the first of lz4, zstd and pglz that the server was built with; what the version has for desktop',
  source:
    'measured on 18.4: pglz wrote 82 % less log per transaction where full pages are most of it, at the same rate',
  handSet: 'keep',
  wish: (situation) => {
    const setting = situation.facts('wal_compression');
    if (situation.profile.workload === 'desktop' || setting === null) return null;
    const best = COMPRESSIONS.find((name) =>
      setting.type === 'bool' ? name === 'on' : setting.allowed?.includes(name),
    );
    if (best === undefined || (best === 'pglz' && setting.value === 'on')) return null;
    return { value: best, why: `full pages in the log are compressed, ${wayOf(best, situation)}` };
  },
};

export const wal: RuleGroup = {
  group: 'wal',
  rules: [maxWalSize, minWalSize, checkpointTimeout, checkpointCompletionTarget, walCompression],
};
