import { RULE_CASES } from './cases/index.ts';
import { DATES } from './data/dates.ts';
import { SHOP } from './data/shop.ts';
import { holdToCases } from './hold-to-cases.ts';

// All that have no file of their own: rules that change conditions and clauses.
holdToCases(RULE_CASES.filter(({ data }) => data !== SHOP && data !== DATES));
