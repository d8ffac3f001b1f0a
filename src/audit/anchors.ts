/** A head of a log, as the database keeps it. */
export interface Anchor {
  readonly seq: number;
  readonly hash: string;
  /** ISO 8601, by the server's clock. */
  readonly at: string;
  /** The login that wrote it. */
  readonly role: string;
}

/** What is known of a log for comparing it: its length, and the hashes of the records that have an anchor. */
export interface AnchoredRecords {
  /** `seq` of the last record; 0 where there is none. */
  readonly last: number;
  readonly hashes: ReadonlyMap<number, string>;
}

export interface AnchorProblem {
  readonly seq: number;
  readonly expected: string;
  readonly found: string;
  /** The log ends before it. */
  readonly truncated: boolean;
}

/** Every anchor must be in the log, with its hash. A log that is shorter than its newest anchor was truncated. */
export function verifyAgainstAnchors(
  { last, hashes }: AnchoredRecords,
  anchors: readonly Anchor[],
): readonly AnchorProblem[] {
  return anchors.flatMap(({ seq, hash }) => {
    const found = hashes.get(seq);
    if (found === hash) return [];
    const truncated = seq > last;
    const what = truncated ? `the end at ${last}` : `hash ${found ?? 'of no record'}`;
    return [{ seq, expected: `hash ${hash}`, found: what, truncated }];
  });
}
