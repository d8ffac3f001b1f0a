import { RULE_CASES } from './cases/index.ts';
import { DATES } from './data/dates.ts';
import { holdToCases } from './hold-to-cases.ts';

// Dates and times, in a few zones; in more of them with PITSTOP_TESTS=all.
holdToCases(RULE_CASES.filter(({ data }) => data === DATES));
