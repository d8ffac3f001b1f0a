import { z } from 'zod';
import type { ParameterSet } from './step.ts';

/** `Params` entries, each a JSON array or object; none means one execution without parameters. */
export const parameterSets = z.array(z.string()).transform((entries, context): ParameterSet[] => {
  const sets = entries.map((entry) => {
    const set = parseJson(entry);
    if (Array.isArray(set) || (typeof set === 'object' && set !== null)) return set as ParameterSet;
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(entry)} is not a JSON array such as ["a@example.com", 3] or object such as {"id": 7}`,
    });
    return [];
  });
  return sets.length === 0 ? [[]] : sets;
});

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, µs: 0.001, ms: 1, s: 1000, min: 60_000 };

/** The units as people write them, each as one of `UNIT_MS`. */
const UNITS: readonly (readonly [RegExp, keyof typeof UNIT_MS])[] = [
  [/^(?:us|µs|microseconds?)$/i, 'us'],
  [/^(?:ms|msecs?|milliseconds?)$/i, 'ms'],
  [/^(?:s|secs?|seconds?)$/i, 's'],
  [/^(?:min|minutes?)$/i, 'min'],
];

/** `< 50 ms`, `under 2s`, `1,5 s`: a time to stay below, in milliseconds. Text without a number and a unit says nothing. */
export const targetTime = z
  .string()
  .nullable()
  .transform((text): number | null => {
    for (const [, number = '', word = ''] of (text ?? '').matchAll(/(\d[\d,.]*)\s*([a-zµ]+)/gi)) {
      const unit = UNITS.find(([pattern]) => pattern.test(word))?.[1];
      if (unit !== undefined) return readNumber(number) * (UNIT_MS[unit] ?? 1);
    }
    return null;
  });

/** `1,500` is fifteen hundred, `1,5` one and a half. */
function readNumber(text: string): number {
  const isGrouped = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text);
  return Number.parseFloat(isGrouped ? text.replaceAll(',', '') : text.replace(',', '.'));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
