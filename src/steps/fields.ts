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

const UNIT_MS = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  min: 60_000,
} as const;

/** `< 50 ms`, `under 2s`, `50ms`: a time to stay below, in milliseconds. Text without a number and a unit says nothing. */
export const targetTime = z
  .string()
  .nullable()
  .transform((text): number | null => {
    const match = /(\d[\d,.]*)\s*(µs|us|ms|seconds|second|sec|s|min)\b/i.exec(text ?? '');
    if (match?.[1] === undefined || match[2] === undefined) return null;
    const unit = match[2].toLowerCase() as keyof typeof UNIT_MS;
    return Number(match[1].replaceAll(',', '')) * UNIT_MS[unit];
  });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
