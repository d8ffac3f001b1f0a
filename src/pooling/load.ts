import type { ActivitySample, PoolNote, SessionLook } from './facts.ts';

/** What a sample says of the connections that were needed. Null is "not known", never zero. */
export interface Load {
  readonly seconds: number;
  readonly looks: number;
  readonly transactionsPerSecond: number | null;
  /** Sessions that were opened: many of them where an application connects for each task. */
  readonly sessionsPerSecond: number | null;
  /** Mean time for which a transaction held its connection: in statements, and idle between them. */
  readonly heldMs: number | null;
  /** Connections held at once on average, by the server's counters. */
  readonly countedBusy: number | null;
  /** The same by the looks, and the most that any look saw. */
  readonly seenBusy: { readonly mean: number; readonly most: number } | null;
  /** Share of the held time in which a statement ran, 0 to 1. */
  readonly busyRatio: number | null;
  /** Processes that work on a statement on average, 1 without parallel plans. */
  readonly parallelism: number;
  /** Whether nearly all blocks came from memory; null where nothing was read. */
  readonly cached: boolean | null;
  /** Most sessions of other databases that any look saw. */
  readonly elsewhere: number;
  readonly notes: readonly PoolNote[];
}

/** A hit ratio from which on the disks do not count as parallel workers any more; a threshold of ours. */
const CACHED_FROM = 0.99;

/** Makes rates and means of a sample. */
export function loadOf(sample: ActivitySample): Load {
  const counted = countedLoad(sample);
  const visible = sample.looks.every(({ hidden }) => hidden === 0);
  const notes: PoolNote[] = [];
  if (!visible)
    notes.push({
      code: 'not-visible',
      message: `what up to ${most(sample.looks, ({ hidden }) => hidden)} sessions do is not visible: grant pg_read_all_stats, or pg_monitor, to see them`,
    });
  if (counted === null)
    notes.push({
      code: 'statistics-reset',
      message:
        'the server’s statistics were reset meanwhile, or its clock was turned: its counters say nothing of this while',
    });
  return {
    seconds: (sample.after.atMs - sample.before.atMs) / 1_000,
    looks: sample.looks.length,
    transactionsPerSecond: counted?.transactionsPerSecond ?? null,
    sessionsPerSecond: counted?.sessionsPerSecond ?? null,
    heldMs: counted?.heldMs ?? null,
    countedBusy: counted?.busy ?? null,
    seenBusy: visible ? { mean: mean(sample.looks, busyIn), most: most(sample.looks, busyIn) } : null,
    busyRatio: counted?.busyRatio ?? null,
    parallelism: parallelismOf(sample.looks),
    cached: counted?.cached ?? null,
    elsewhere: most(sample.looks, ({ elsewhere }) => elsewhere),
    notes,
  };
}

interface CountedLoad {
  readonly transactionsPerSecond: number;
  readonly sessionsPerSecond: number;
  readonly heldMs: number | null;
  readonly busy: number;
  readonly busyRatio: number | null;
  readonly cached: boolean | null;
}

const COUNTERS = [
  'transactions',
  'sessions',
  'activeMs',
  'idleInTransactionMs',
  'blocksHit',
  'blocksRead',
] as const;

/** Null where the two readings do not belong together: a reset, or a crash, which empties the counters. */
function countedLoad({ before, after, ownTransactions }: ActivitySample): CountedLoad | null {
  const elapsedMs = after.atMs - before.atMs;
  const difference = (name: (typeof COUNTERS)[number]) => after[name] - before[name];
  if (before.resetAt !== after.resetAt || elapsedMs <= 0) return null;
  if (COUNTERS.some((name) => difference(name) < 0)) return null;
  const transactions = Math.max(0, difference('transactions') - ownTransactions);
  const activeMs = difference('activeMs');
  const heldMs = activeMs + difference('idleInTransactionMs');
  const blocks = difference('blocksHit') + difference('blocksRead');
  return {
    transactionsPerSecond: transactions / (elapsedMs / 1_000),
    sessionsPerSecond: difference('sessions') / (elapsedMs / 1_000),
    heldMs: transactions === 0 ? null : heldMs / transactions,
    busy: heldMs / elapsedMs,
    busyRatio: heldMs === 0 ? null : activeMs / heldMs,
    cached: blocks === 0 ? null : difference('blocksHit') / blocks >= CACHED_FROM,
  };
}

function parallelismOf(looks: readonly SessionLook[]): number {
  const active = mean(looks, (look) => look.active);
  return active === 0 ? 1 : 1 + mean(looks, ({ parallelWorkers }) => parallelWorkers) / active;
}

function busyIn({ active, idleInTransaction }: SessionLook): number {
  return active + idleInTransaction;
}

function mean(looks: readonly SessionLook[], of: (look: SessionLook) => number): number {
  return looks.reduce((sum, look) => sum + of(look), 0) / Math.max(1, looks.length);
}

function most(looks: readonly SessionLook[], of: (look: SessionLook) => number): number {
  return Math.max(0, ...looks.map(of));
}
