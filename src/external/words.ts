/** A command's words, or why it cannot be split without a shell. */
export type SplitCommand = { readonly words: readonly [string, ...string[]] } | { readonly problem: string };

/** What a shell would act on outside of quotes. `~` and `#` only at the beginning of a word. */
const SHELL_SYNTAX = /[|&;<>()$`*?[\]{}\n\r]/;
/** What a shell still acts on between double quotes. */
const EXPANDED_IN_QUOTES = /[$`]/;
const WAY_OUT = 'put it into a script (package.json, Makefile) or give the words as an array';

/**
 * Splits `npx vitest run "a b"` into words as a shell does: quotes group, a backslash takes the next character as it
 * is. There is no shell to run it, so what only a shell could do is a problem and not passed on as a word.
 */
export function splitCommand(command: string): SplitCommand {
  const words: string[] = [];
  let at = 0;
  while (at < command.length) {
    if (/[ \t]/.test(command.charAt(at))) at += 1;
    else {
      const read = readWord(command, at);
      if ('problem' in read) return read;
      words.push(read.word);
      at = read.end;
    }
  }
  const [program, ...args] = words;
  if (program === undefined || program === '') return { problem: 'the command is empty' };
  if (/^\w+=/.test(program))
    return { problem: `${program} sets a variable, which needs a shell: ${WAY_OUT}` };
  return { words: [program, ...args] };
}

type Word = { readonly word: string; readonly end: number } | { readonly problem: string };

function readWord(command: string, start: number): Word {
  let word = '';
  let at = start;
  for (;;) {
    const char = command.charAt(at);
    if (char === '' || char === ' ' || char === '\t') return { word, end: at };
    if (char === "'" || char === '"') {
      const quoted = readQuoted(command, at);
      if ('problem' in quoted) return quoted;
      word += quoted.word;
      at = quoted.end;
    } else if (char === '\\' && at + 1 < command.length) {
      word += command.charAt(at + 1);
      at += 2;
    } else if (SHELL_SYNTAX.test(char) || (at === start && /[~#]/.test(char))) {
      return { problem: `${shown(char)} needs a shell: ${WAY_OUT}` };
    } else {
      word += char;
      at += 1;
    }
  }
}

function readQuoted(command: string, start: number): Word {
  const quote = command.charAt(start);
  let word = '';
  for (let at = start + 1; at < command.length; at++) {
    const char = command.charAt(at);
    if (char === quote) return { word, end: at + 1 };
    if (quote === '"' && EXPANDED_IN_QUOTES.test(char))
      return { problem: `${shown(char)} needs a shell: ${WAY_OUT}` };
    const escaped = quote === '"' && char === '\\' && /["\\]/.test(command.charAt(at + 1));
    word += escaped ? command.charAt(++at) : char;
  }
  return { problem: `a ${quote} is not closed` };
}

function shown(char: string): string {
  return char === '\n' || char === '\r' ? 'a line break' : char;
}
