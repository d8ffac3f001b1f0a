import process from 'node:process';

/**
 * Whether everything is to be tested: `PITSTOP_TESTS=all`. Without it what repeats itself is tested on a part: every
 * sixth point at which a process may die, some planted problems, and none of the files `*.long.test.ts`.
 */
export const THOROUGH = process.env['PITSTOP_TESTS'] === 'all';
