import { createHash } from 'node:crypto';

/** What the chain binds of an attempt. */
interface ChainedRow {
  readonly name: string;
  readonly upSha256: string;
}

/** The chain's next link: SHA-256 over the link before, the name and the hash of the exact bytes. */
export function chainOf(previous: string, { name, upSha256 }: ChainedRow): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, name, upSha256]))
    .digest('hex');
}

/** The first row whose link does not follow from the one before: its bytes, its name or its place were changed. */
export function brokenLink<Row extends ChainedRow & { readonly chainSha256: string }>(
  rows: readonly Row[],
): Row | null {
  let previous = '';
  for (const row of rows) {
    previous = chainOf(previous, row);
    if (row.chainSha256 !== previous) return row;
  }
  return null;
}
