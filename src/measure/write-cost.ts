import type { TrialReason } from '../trial.ts';

/** What an index costs, and what it costs those who write to its table. */
export interface WriteCost {
  /** Of everything that was built. */
  readonly sizeBytes: number;
  /** Null where it was not timed. */
  readonly buildMs: number | null;
  /** The columns whose values the index needs: keys, included ones, those of expressions and of its predicate. */
  readonly coveredColumns: readonly string[];
  readonly insert: RowCost;
  /** Updates of columns that the index covers, then of columns that it does not; one of each at most. */
  readonly updates: readonly UpdateCost[];
  /** How often each side was measured. */
  readonly rounds: number;
}

/** The same without the index and with it. */
export interface Sides {
  readonly without: number;
  readonly with: number;
}

export interface RowCost {
  /**
   * Bytes of write-ahead log for a row, the least of the rounds. Full images of pages after a checkpoint come on top, so
   * it is a lower bound. Null where the table or the server writes no log.
   */
  readonly walBytesPerRow: Sides | null;
  /** Milliseconds for a thousand rows, the least of the rounds: noise only adds. */
  readonly msPerThousand: Sides;
}

export interface UpdateCost extends RowCost {
  readonly columns: readonly string[];
  /** Whether the index covers one of them, so that it needs a new entry. */
  readonly covered: boolean;
  /** Share of the updates, 0 to 1, that found room on the row's own page and needed no entry in any index. */
  readonly hotShare: Sides | null;
}

/** How often the statement runs and its table is written to; null where nobody counted. */
export interface WriteLoad {
  readonly callsPerSecond: number | null;
  readonly insertedPerSecond: number | null;
  readonly updatedPerSecond: number | null;
  /** Share of the updated rows, 0 to 1, of which a covered column is set. */
  readonly coveredShare: number | null;
}

/** Counts over a shorter time say nothing of a rate, in seconds. */
const SHORTEST_COUNT = 60;
/** On a table that the item calls write-heavy, readers have to save so many times what writers pay. */
const WRITE_HEAVY_MARGIN = 2;
/**
 * Where it is not known how often a statement runs, an index on a write-heavy table may add so much to the log of an
 * insert: a partial index, a BRIN or an index on a wide row stays below, several full B-trees do not.
 */
const WRITE_HEAVY_LOG = 0.25;
/** And may cost so much of the share of HOT updates. */
const WRITE_HEAVY_HOT = 0.1;

/** Rows or calls a second; null where they were not counted for long enough. */
export function perSecond(count: number, seconds: number | null): number | null {
  return seconds === null || seconds < SHORTEST_COUNT ? null : count / seconds;
}

/**
 * Whether an index is a loss: its writers pay more time than its readers save. Without knowing how often the statement
 * runs nothing is weighed; on a table that the item calls write-heavy the index then has to be cheap by itself.
 * @param savedMs by one execution of the statement
 * @returns why it is refused; null where it is not
 */
export function judgeWriteCost(
  cost: WriteCost,
  savedMs: number,
  load: WriteLoad,
  { writeHeavy }: { readonly writeHeavy: boolean },
): TrialReason | null {
  const balance = balanceOf(cost, savedMs, load);
  if (balance === null) return writeHeavy ? tooDearFor(cost) : null;
  const { savedPerSecond, addedPerSecond } = balance;
  const required = writeHeavy ? WRITE_HEAVY_MARGIN : 1;
  if (savedPerSecond >= addedPerSecond * required) return null;
  const numbers = `the statement saves ${amount(savedPerSecond)} ms a second (${amount(savedMs)} ms, ${amount(load.callsPerSecond ?? 0)} calls a second), writers pay ${amount(addedPerSecond)} ms a second more`;
  const margin = writeHeavy ? `; on a write-heavy table it has to save ${WRITE_HEAVY_MARGIN} times that` : '';
  return { code: 'net-loss', message: numbers + margin };
}

/** What readers save and writers pay, in milliseconds of each second; null where it is not known how often either happens. */
export function balanceOf(
  cost: WriteCost,
  savedMs: number,
  { callsPerSecond, insertedPerSecond, updatedPerSecond, coveredShare }: WriteLoad,
): { readonly savedPerSecond: number; readonly addedPerSecond: number } | null {
  if (callsPerSecond === null || insertedPerSecond === null || updatedPerSecond === null) return null;
  const covered = cost.updates.find((update) => update.covered);
  const other = cost.updates.find((update) => !update.covered);
  // Where it is not known which columns are set, the cheaper sort counts: only a sure loss is one.
  const share = coveredShare ?? (other === undefined ? 1 : 0);
  const update = share * addedMs(covered ?? other) + (1 - share) * addedMs(other);
  return {
    savedPerSecond: callsPerSecond * savedMs,
    addedPerSecond: insertedPerSecond * addedMs(cost.insert) + updatedPerSecond * update,
  };
}

/** For one row; what looks like a gain is noise. */
function addedMs(cost: RowCost | undefined): number {
  if (cost === undefined) return 0;
  return Math.max(0, cost.msPerThousand.with - cost.msPerThousand.without) / 1000;
}

/** By the log, which is the same in every round; by time where there is no log. */
function tooDearFor({ insert, updates }: WriteCost): TrialReason | null {
  const growth = growthOf(insert.walBytesPerRow ?? insert.msPerThousand);
  const lost = updates.reduce((most, { hotShare }) => Math.max(most, lostShare(hotShare)), 0);
  const reasons = [
    ...(growth > WRITE_HEAVY_LOG
      ? [
          `an insert costs ${percent(growth)} more ${insert.walBytesPerRow === null ? 'time' : 'WAL'}, of which ${percent(WRITE_HEAVY_LOG)} are allowed`,
        ]
      : []),
    ...(lost > WRITE_HEAVY_HOT
      ? [
          `${percent(lost)} of the updates are no HOT updates any more, of which ${percent(WRITE_HEAVY_HOT)} are allowed`,
        ]
      : []),
  ];
  if (reasons.length === 0) return null;
  const why = 'on a write-heavy table, and without knowing how often the statement runs';
  return { code: 'write-heavy', message: `${reasons.join('; ')} ${why}` };
}

/** 0.25 for a quarter more; 0 where there was nothing before. */
export function growthOf({ without, with: after }: Sides): number {
  return without > 0 ? after / without - 1 : 0;
}

function lostShare(hotShare: Sides | null): number {
  return hotShare === null ? 0 : Math.max(0, hotShare.without - hotShare.with);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function amount(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
