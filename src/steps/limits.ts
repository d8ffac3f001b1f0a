import type { TrialReason } from '../trial.ts';
import type { InputFields } from '../task/input.ts';
import { stalenessIn } from './staleness.ts';

/** What an item forbids. It is text that anybody may have written, so it can only take away, never allow. */
export interface Limits {
  /** New indexes; null where the item does not say. */
  readonly newIndexes: number | null;
  /** Of all new indexes together; null where the item does not say. */
  readonly bytes: number | null;
  /** Whether the item calls its table one that is written to a lot. */
  readonly writeHeavy: boolean;
  /** Whether the item says that an older state of the result will do. The one thing that text may allow: it is handed over. */
  readonly stale: boolean;
  /** How old it may be; null where the item does not say. */
  readonly staleSeconds: number | null;
}

export const NO_LIMITS: Limits = {
  newIndexes: null,
  bytes: null,
  writeHeavy: false,
  stale: false,
  staleSeconds: null,
};

/** Of several that an item states the strictest holds. */
export function limitsOf({ budget, remarks }: Pick<InputFields, 'budget' | 'remarks'>): Limits {
  const sentences = remarks.flatMap((remark) => remark.split(/(?<=[.;!?])\s+|\n/));
  const budgets = budget === null ? [] : budget.split(/[,;\n]/);
  const staleness = stalenessIn(sentences);
  return {
    newIndexes: least([
      ...sentences.flatMap(indexesIn),
      ...budgets.flatMap(indexesIn),
      ...budgets.flatMap(bareCountIn),
    ]),
    bytes: least([...sentences.filter(isAboutStorage).flatMap(boundIn), ...budgets.flatMap(sizeIn)]),
    writeHeavy: [...sentences, ...budgets].some((sentence) => WRITE_HEAVY.test(sentence)),
    stale: staleness.allowed,
    staleSeconds: staleness.seconds,
  };
}

/** Why a change with so many new indexes, so large, is more than the item allows; null where it is not. */
export function exceeds(
  { newIndexes, bytes }: Limits,
  change: { readonly indexes: number; readonly bytes: number },
): TrialReason | null {
  if (newIndexes !== null && change.indexes > newIndexes) {
    const allowed =
      newIndexes === 0
        ? 'no new index'
        : `at most ${newIndexes} new ${newIndexes === 1 ? 'index' : 'indexes'}`;
    return { code: 'over-limit', message: `the item allows ${allowed}, this would be ${change.indexes}` };
  }
  if (bytes !== null && change.indexes > 0 && change.bytes > bytes) {
    const message = `the item allows ${megabytes(bytes)} for new indexes, this takes ${megabytes(change.bytes)}`;
    return { code: 'over-limit', message };
  }
  return null;
}

const INDEXES = String.raw`ind(?:ex(?:es)?|ices)\b`;
const NEW = String.raw`(?:new|additional|extra|further|more|other|another)`;
const NUMBER = String.raw`(?<count>\d{1,3}|one|two|three|a\s+single)`;

const NO_INDEX = [
  new RegExp(String.raw`\b(?:no|without|avoid(?:ing)?|zero|not)\s+(?:any\s+)?${NEW}\s+${INDEXES}`, 'i'),
  new RegExp(
    String.raw`\b(?:do\s+not|don['’]t|must\s+not|mustn['’]t|cannot|can['’]t|may\s+not|never|without|not\s+allowed\s+to)\s+(?:add|create|build|adding|creating|building)\s+(?:an?\s+|any\s+|${NEW}\s+)*${INDEXES}`,
    'i',
  ),
];
const FEW_INDEXES = [
  new RegExp(
    String.raw`\b(?:at\s+most|max(?:imum|\.)?(?:\s+of)?|(?:no|not)\s+more\s+than|up\s+to)\s+${NUMBER}\s+(?:${NEW}\s+)?${INDEXES}`,
    'i',
  ),
  new RegExp(String.raw`\bonly\s+${NUMBER}\s+${NEW}\s+${INDEXES}`, 'i'),
];
const COUNT = new RegExp(String.raw`^\s*${NUMBER}\s+(?:${NEW}\s+)?${INDEXES}`, 'i');
const WORDS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3 };

function indexesIn(text: string): number[] {
  if (NO_INDEX.some((pattern) => pattern.test(text))) return [0];
  return FEW_INDEXES.flatMap((pattern) => countOf(pattern.exec(text)));
}

/** `2 indexes`, as a budget. */
function bareCountIn(text: string): number[] {
  return countOf(COUNT.exec(text));
}

function countOf(found: RegExpExecArray | null): number[] {
  const count = found?.groups?.['count'];
  if (count === undefined) return [];
  return [/^\d/.test(count) ? Number(count) : (WORDS[count.toLowerCase()] ?? 1)];
}

const SIZE = String.raw`(?<number>\d[\d,.]*)\s*(?<unit>[kmgt])i?b(?:ytes?)?\b`;
const ANY_SIZE = new RegExp(SIZE, 'i');
const BOUND = new RegExp(
  String.raw`(?:\b(?:at\s+most|max(?:imum|\.)?(?:\s+of)?|(?:no|not)\s+(?:more|larger|bigger)\s+than|up\s+to|under|below|less\s+than|smaller\s+than)|[<≤]=?)\s*${SIZE}`,
  'i',
);
const UNIT: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** A sentence about memory or the size of a table is none about what indexes may take. */
function isAboutStorage(sentence: string): boolean {
  return (
    /\b(?:ind(?:ex(?:es)?|ices)|storage|disk|space)\b/i.test(sentence) &&
    !/mem(?:ory)?\b|\bram\b|buffers/i.test(sentence)
  );
}

function boundIn(text: string): number[] {
  return bytesOf(BOUND.exec(text));
}

/** In a budget any size is a bound. */
function sizeIn(text: string): number[] {
  return /mem(?:ory)?\b|\bram\b|buffers/i.test(text) ? [] : bytesOf(ANY_SIZE.exec(text));
}

function bytesOf(found: RegExpExecArray | null): number[] {
  const { number = '', unit = '' } = found?.groups ?? {};
  const factor = UNIT[unit.toLowerCase()];
  if (factor === undefined) return [];
  const grouped = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(number);
  return [Number.parseFloat(grouped ? number.replaceAll(',', '') : number.replace(',', '.')) * factor];
}

const WRITE_HEAVY =
  /(?<!\b(?:not|no|never|hardly|isn['’]t)\s(?:very\s)?)\b(?:(?:write|insert|update)[-\s](?:heavy|intensive|mostly)|heavy\s+(?:write|insert|update)s?\b|heavily\s+(?:written|updated))/i;

function least(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB`;
}
