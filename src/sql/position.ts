/** `3:14`: line and column from 1 of a place in a text, given in UTF-16 code units from 0. */
export function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
