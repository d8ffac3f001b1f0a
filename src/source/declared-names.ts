import type { Token } from './token.ts';

const FUNCTION = /^(?:function|def|func|fn|fun|sub)$/;
const VARIABLE = /^(?:const|let|var|val)$/;
const MODIFIER = /^(?:mut|static|async|self)$/;
/** Words before `(` that call or control rather than declare. */
const STATEMENT =
  /^(?:if|for|foreach|while|until|unless|switch|match|catch|return|await|yield|throw|raise|new|else|elif|case|when|with|using|assert|print|echo|super|this|do|try|not)$/;

/**
 * The function, constant or property that a line declares before its first literal.
 * @param annotated an annotation stands before it, so that it declares something in any case
 */
export function declaredNames(line: readonly Token[], annotated: boolean): readonly string[] {
  const literal = line.findIndex((token) => token.literal !== null);
  const head = literal === -1 ? line : line.slice(0, literal);
  const keyword = head.findIndex((token) => token.kind === 'word' && FUNCTION.test(token.text));
  const name =
    (keyword === -1 ? null : functionName(head, keyword + 1)) ??
    variableName(head) ??
    methodName(head, line, annotated);
  return name === null ? [] : [name];
}

/** Behind Go's receiver, Kotlin's receiver type, Ruby's `self.`, JavaScript's asterisk. */
function functionName(head: readonly Token[], from: number): string | null {
  let at = from;
  if (head[at]?.text === '(') {
    while (at < head.length && head[at]?.text !== ')') at += 1;
    at += 1;
  }
  if (head[at]?.text === '*' || head[at]?.text === '&') at += 1;
  while (head[at + 1]?.text === '.' && head[at + 2]?.kind === 'word') at += 2;
  const name = head[at];
  return name?.kind === 'word' ? name.text : null;
}

function variableName(head: readonly Token[]): string | null {
  const keyword = head.findIndex((token) => VARIABLE.test(token.text));
  if (keyword !== -1) {
    const name = head.slice(keyword + 1).find((token) => !MODIFIER.test(token.text));
    return name?.kind === 'word' ? name.text : null;
  }
  const mark = head.findIndex(({ text }) => ['=', ':=', ':', '=>', '('].includes(text));
  const before = head[mark - 1];
  if (mark < 1 || head[mark]?.text === '(' || before?.kind !== 'word') return null;
  if (head[mark]?.text === ':' && mark !== 1 && !head.some(({ text }) => text === '=')) return null;
  return STATEMENT.test(before.text) ? null : before.text;
}

/** `async find(id: string) {`, `public User find(int id)`: a name before a bracket that no expression leads to. */
function methodName(head: readonly Token[], line: readonly Token[], annotated: boolean): string | null {
  const bracket = head.findIndex(({ text }) => text === '(');
  const name = head[bracket - 1];
  if (bracket < 1 || name?.kind !== 'word') return null;
  const before = head.slice(0, bracket);
  if (before.some(({ kind, text }) => (kind === 'word' ? STATEMENT.test(text) : /[.=!?]/.test(text))))
    return null;
  const last = line.at(-1)?.text ?? '';
  const opens = line.slice(bracket).some(({ text }) => text === '{' || text === '=>');
  const declares = opens || last === '(' || last === ',' || (last === ')' && before.length > 1);
  return declares || (annotated && before.length > 1) ? name.text : null;
}
