/**
 * A text as lines of at most so many characters, cut between words, and inside of those that are longer than a line.
 * @param first what the first line begins with
 * @param next what the others begin with
 */
export function wrap(text: string, width: number, first = '', next = first): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ').flatMap((part) => pieces(part, width - next.length))) {
    if (!isEmpty && length(line) + 1 + length(word) > width) {
      lines.push(line);
      line = next + word;
    } else {
      line += isEmpty ? word : ` ${word}`;
    }
    isEmpty = false;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const characters = Array.from(word);
  if (characters.length <= width) return [word];
  return [characters.slice(0, width).join(''), ...pieces(characters.slice(width).join(''), width)];
}

function length(text: string): number {
  return Array.from(text).length;
}
