import type { Counts } from '../report.ts';

/** Reads the output of one test runner. */
export interface Runner {
  /** As its users call it. */
  readonly name: string;
  /** Null where the output is another's. It has no colours, and `\n` at the end of its lines. */
  readonly read: (output: string) => Counts | null;
}

/** The sum of the numbers that the expression's group `name` finds; 0 where it finds none. */
export function sumOf(text: string, expression: RegExp): number {
  return [...text.matchAll(expression)].reduce((sum, [, number = '0']) => sum + Number(number), 0);
}

/** How a runner says at its end what it counted. The numbers are in the first groups, in the summary alone. */
interface Summary {
  /** With the flags `g` and `m`. One a project or a target: they are added up. */
  readonly summary: RegExp;
  /** Some runners count all of them, the failed and skipped ones too. */
  readonly passed: RegExp | { readonly all: RegExp };
  readonly failed: RegExp;
  readonly skipped: RegExp;
  /** The names of what failed, from the whole output. */
  readonly failing: (output: string) => readonly string[];
}

/** A runner whose counts are those of its summary. */
export function summing(name: string, { summary, passed, failed, skipped, failing }: Summary): Runner {
  return {
    name,
    read: (output) => {
      const found = output.match(summary)?.join('\n');
      if (found === undefined) return null;
      const counts = { failed: sumOf(found, failed), skipped: sumOf(found, skipped) };
      return {
        passed:
          passed instanceof RegExp
            ? sumOf(found, passed)
            : sumOf(found, passed.all) - counts.failed - counts.skipped,
        ...counts,
        failing: failing(output),
      };
    },
  };
}

/** What the first group of each match holds. */
export function namesOf(text: string, expression: RegExp): string[] {
  return [...text.matchAll(expression)].map(([, name = '']) => name.trim());
}

/** Output that is full of opening braces is no reporter's. */
const MOST_ATTEMPTS = 100;

/** The JSON objects in the output that begin at the beginning of a line: one a line, or spread over several. */
export function jsonObjects(output: string): Readonly<Record<string, unknown>>[] {
  const lines = output.split('\n');
  const found: Readonly<Record<string, unknown>>[] = [];
  let attempts = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (!line.startsWith('{')) continue;
    const alone = parsed(line);
    if (alone !== null) found.push(alone);
    else if (attempts++ < MOST_ATTEMPTS) {
      const end = lines.indexOf('}', at);
      const spread = end === -1 ? null : parsed(lines.slice(at, end + 1).join('\n'));
      if (spread !== null) {
        found.push(spread);
        at = end;
      }
    }
  }
  return found;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function recordsOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
