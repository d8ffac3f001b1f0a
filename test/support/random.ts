import { configureGlobal } from 'fast-check';

/**
 * Property tests draw the same examples in every run, so that a change is what makes them fail. Other examples:
 * `PITSTOP_TEST_SEED=$RANDOM npm test`.
 */
configureGlobal({ seed: Number(process.env['PITSTOP_TEST_SEED'] ?? 18) });
