import { RULE_CASES } from './cases/index.ts';
import { SHOP } from './data/shop.ts';
import { holdToCases } from './hold-to-cases.ts';

// Rules that change the shape of a query.
holdToCases(RULE_CASES.filter(({ data }) => data === SHOP));
