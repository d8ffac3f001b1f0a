import process from 'node:process';

/**
 * Whether everything is to be tested: `PITSTOP_TESTS=all`. Without it what repeats itself is tested on a part: every
 * third point at which a process may die, and one planted problem of each sort.
 */
export const THOROUGH = process.env['PITSTOP_TESTS'] === 'all';
