import type { Readable, Writable } from 'node:stream';
import type { Ask } from './command.ts';

/** Where a person reads and types. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Shows lines and asks once. There is no default and no second try: whoever mistypes calls again, and reads again.
 * An empty answer and Ctrl-C are a no.
 */
export async function askAt(
  { input, output }: Terminal,
  { lines, question, accepts }: Parameters<Ask>[0],
  signal: AbortSignal,
): Promise<boolean> {
  const { isCancel, text } = await import('@clack/prompts');
  output.write(`\n${lines.map((line) => `${line}\n`).join('')}\n`);
  const answer = await text({ message: question, input, output, signal });
  if (isCancel(answer) || answer === undefined || answer.trim() === '') return false;
  if (accepts(answer)) return true;
  output.write('That is not what was asked for; nothing is approved.\n');
  return false;
}
