/** Written as code is: two words in one, an underscore, a digit. */
const CODE_LIKE = /[a-z\d][A-Z]|_|\d/;

/**
 * The names of a program that a title mentions. A name that could be an English word (`search`, `orders`, `query`)
 * counts only where the title marks it as code: `search()`, or between backticks.
 */
export function namesIn(title: string, names: ReadonlySet<string>): readonly string[] {
  const marked = new Set<string>();
  for (const [, span = ''] of title.matchAll(/`([^`]+)`/g))
    for (const word of wordsOf(span)) marked.add(word);
  for (const [, word = ''] of title.matchAll(/([\w$]+)\(/g)) marked.add(word);
  const words = new Set(wordsOf(title).filter((word) => CODE_LIKE.test(word) || marked.has(word)));
  return [...names].filter((name) => words.has(name));
}

function wordsOf(text: string): readonly string[] {
  const hyphened = text.match(/[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff-]*/g) ?? [];
  return hyphened.flatMap((word) => [word, ...word.split('-')]);
}
