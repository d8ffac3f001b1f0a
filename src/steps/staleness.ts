/** How old a result may be, as an item says it in words. */
export interface Staleness {
  readonly allowed: boolean;
  /** The least that is named; null where the item allows it and names none, or does not allow it. */
  readonly seconds: number | null;
}

const TIME = String.raw`(?:\d+(?:\.\d+)?|an?|one|half\s+an)[\s-]*(?:seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?)\b`;
const MAY_BE = String.raw`\b(?:may|can|could|might)\s+be\s+`;

/** `may be 5 minutes old`, `staleness: 1 h`, `refreshed nightly`, `may be cached for 30 s`, `does not have to be current`. */
const ALLOWS: readonly RegExp[] = [
  new RegExp(String.raw`${MAY_BE}(?:(?:up\s+to|at\s+most)\s+)?${TIME}\s+old\b`, 'i'),
  new RegExp(String.raw`\bup\s+to\s+${TIME}\s+old\b`, 'i'),
  new RegExp(String.raw`(?:\b${TIME}\s+)?\bstale(?:ness)?\b(?:[^,.;]{0,24}?${TIME})?`, 'i'),
  new RegExp(String.raw`${MAY_BE}cached\b(?:[^,.;]{0,16}?${TIME})?`, 'i'),
  new RegExp(
    String.raw`\brefresh(?:ed)?\s+(?:hourly|nightly|daily|(?:every|once)(?:\s+(?:a\s+|an\s+|per\s+)?(?:${TIME}|minute|hour|day|night|morning))?)`,
    'i',
  ),
  /\b(?:does|do|need)\s*(?:not|n['’]t)\s+(?:have\s+to\s+|need\s+to\s+)?be\s+(?:current|up\s+to\s+date|fresh|exact)\b/i,
];
const FORBIDS =
  /\b(?:no|not|never|without|must\s+not|cannot|can['’]t|zero)\b[^.;]{0,24}\b(?:stale|cached)|\bstale(?:ness)?\s*(?:is\s+)?(?:not|never|:?\s*(?:none|no|0)\b)|\bstale\s+(?:statistics|stats)/i;

/** Of several that allow it the strictest counts. */
export function stalenessIn(sentences: readonly string[]): Staleness {
  const phrases = sentences
    .filter((sentence) => !FORBIDS.test(sentence))
    .flatMap((sentence) => ALLOWS.flatMap((pattern) => pattern.exec(sentence)?.[0] ?? []));
  const seconds = phrases.flatMap(secondsIn).filter((one) => one > 0);
  return { allowed: phrases.length > 0, seconds: seconds.length === 0 ? null : Math.min(...seconds) };
}

const AMOUNT = new RegExp(
  String.raw`(?<count>\d+(?:\.\d+)?|half\s+an?|an?|one|every|once\s+(?:a|an|per))[\s-]*(?<unit>s|h|sec|second|min|minute|h|hr|hour|day|night|morning)`,
  'gi',
);
const ADVERBS: readonly (readonly [RegExp, number])[] = [
  [/\bhourly\b/i, 3_600],
  [/\b(?:nightly|daily)\b/i, 86_400],
];
const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  h: 3_600,
  hr: 3_600,
  hour: 3_600,
  day: 86_400,
  night: 86_400,
  morning: 86_400,
};

function secondsIn(phrase: string): number[] {
  const amounts = [...phrase.matchAll(AMOUNT)].map(({ groups }) => {
    const { count = '', unit = '' } = groups ?? {};
    const times = /^\d/.test(count) ? Number(count) : /^half/i.test(count) ? 0.5 : 1;
    return times * (SECONDS[unit.toLowerCase()] ?? 0);
  });
  return [...amounts, ...ADVERBS.flatMap(([word, seconds]) => (word.test(phrase) ? [seconds] : []))];
}
