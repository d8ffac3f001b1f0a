import { formatCount, formatMs } from '../report/format.ts';
import type { ApplicationShape, Term } from './facts.ts';
import type { Load } from './load.ts';

/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.326;

/**
 * Connections that the application needs at once, at the 99th percentile: Little's law gives the mean, and arrivals that
 * do not know of each other are spread around it like a Poisson distribution, whose deviation is its root. Null where
 * the sample saw no traffic, or could not see.
 */
export function needOf(load: Load): Term | null {
  const counted = load.countedBusy ?? 0;
  const seen = load.seenBusy?.mean ?? 0;
  const largest = load.seenBusy?.most ?? 0;
  if (isQuiet(load) || (counted === 0 && seen === 0)) return null;
  const busy = Math.max(counted, seen);
  const headRoom = Math.ceil(busy + Z99 * Math.sqrt(busy));
  return {
    name: 'need',
    value: Math.max(1, headRoom, largest),
    unit: 'connections',
    formula:
      largest > headRoom
        ? `the most that one of ${load.looks} looks saw busy; ${busyInWords(load, busy)} on average`
        : `N + ${Z99} × √N with N = ${busyInWords(load, busy)}`,
    source: `Little’s law with head-room for the 99th percentile; seen over ${seconds(load)}`,
  };
}

/** Transactions a second below which a sample shows no load: autovacuum and monitoring alone make some. */
const QUIET_PER_SECOND = 1;

/** Whether next to nothing ran while it was watched, as far as that is known. */
function isQuiet({ transactionsPerSecond, seenBusy }: Load): boolean {
  return (transactionsPerSecond ?? 0) < QUIET_PER_SECOND && (seenBusy?.most ?? 0) === 0;
}

/**
 * With fewer connections, tasks that each hold one and ask for another may all wait for each other (HikariCP, About Pool
 * Sizing). Null where no task holds more than one.
 */
export function deadlockFloorOf(shape: ApplicationShape): Term | null {
  const { tasksPerProcess: tasks, connectionsPerTask: held, processes } = shape;
  if (tasks === null || held <= 1) return null;
  const perProcess = tasks * (held - 1) + 1;
  return {
    name: 'deadlock floor',
    value: processes * perProcess,
    unit: 'connections',
    formula: `${processes} × (${tasks} tasks × (${held} − 1) + 1)`,
    source: 'HikariCP, About Pool Sizing: Tn × (Cm − 1) + 1 for each process',
  };
}

/** `1,240/s × 6.1 ms = 7.6`, or what the looks saw where that is more. */
function busyInWords({ transactionsPerSecond, heldMs, countedBusy, looks }: Load, busy: number): string {
  const number = busy.toFixed(busy < 10 ? 2 : 1);
  const byCounters = countedBusy !== null && countedBusy >= busy;
  if (!byCounters || transactionsPerSecond === null || heldMs === null)
    return `${number} busy in ${looks} looks`;
  return `${formatRate(transactionsPerSecond)} transactions/s × ${formatMs(heldMs)} = ${number}`;
}

export function formatRate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : formatCount(perSecond);
}

function seconds(load: Load): string {
  return `${load.seconds.toFixed(load.seconds < 10 ? 1 : 0)} s`;
}
