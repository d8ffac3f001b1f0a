import { isPure } from '../../sql/pure-functions.ts';
import { namesOf, nodesNamed } from '../../sql/walk.ts';

/** Harmless functions of pg_catalog that give another value each time (`provolatile = 'v'` on 18.4). */
const VOLATILE: ReadonlySet<string> = new Set(
  `array_sample array_shuffle clock_timestamp gen_random_uuid random random_normal timeofday uuidv4 uuidv7`.split(
    ' ',
  ),
);

/**
 * Whether an expression may give another value for each row, so that it has to be computed for all of them. A function
 * that is not known counts as volatile: that is what functions are unless declared otherwise.
 */
export function isVolatile(expression: unknown): boolean {
  return nodesNamed(expression, 'FuncCall').some(({ funcname }) => {
    const names = namesOf(funcname);
    const name = names.at(-1) ?? '';
    return VOLATILE.has(name) || !isPure({ schema: names.at(-2) ?? null, name });
  });
}
