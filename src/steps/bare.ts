import type { InputFields } from '../task/input.ts';

/** Whether an item has nothing but words, a machine and a workload to be recognised by: it is about a server as a whole. */
export function isBare(inputs: InputFields): boolean {
  const { query, queries, sqlBlocks, index, candidates } = inputs;
  return (
    query === null &&
    queries.length + sqlBlocks.length + candidates.length === 0 &&
    index === null &&
    inputs.wording !== null
  );
}

/** Whether the title of an item is one of those; `never` has what makes it something else after all. */
export function isTitled(
  { wording }: Pick<InputFields, 'wording'>,
  { patterns, never }: { readonly patterns: readonly RegExp[]; readonly never: RegExp },
): boolean {
  const title = titleOf(wording);
  return !never.test(title) && patterns.some((pattern) => pattern.test(title));
}

export function titleOf(wording: string | null): string {
  return wording?.split('\n', 1)[0] ?? '';
}
