import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import type { Ask } from './command.ts';

/** Where a person reads and types. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/**
 * Shows lines and asks once. There is no default and no second try: whoever mistypes calls again, and reads again.
 * An empty answer, Ctrl-D and Ctrl-C are a no.
 *
 * The terminal itself does the editing (no raw mode): that works at every width, also where none is known.
 */
export async function askAt(
  { input, output }: Terminal,
  { lines, question, accepts }: Parameters<Ask>[0],
  signal: AbortSignal,
): Promise<boolean> {
  output.write(`\n${lines.map((line) => `${line}\n`).join('')}\n${question}\n`);
  const answer = await readLine({ input, output }, signal);
  if (answer === null || answer.trim() === '') return false;
  if (accepts(answer)) return true;
  output.write('That is not what was asked for; nothing is approved.\n');
  return false;
}

/** Null where the input ends, or the person leaves. */
async function readLine({ input, output }: Terminal, signal: AbortSignal): Promise<string | null> {
  const reader = createInterface({ input, output, terminal: false });
  try {
    const ended = new Promise<null>((resolve) => reader.once('close', () => resolve(null)));
    return await Promise.race([reader.question('> ', { signal }), ended]);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    reader.close();
  }
}
