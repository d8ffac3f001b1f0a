import type { Check } from '../check.ts';
import { connectionsUsed } from './connections-used.ts';
import { deadlocks } from './deadlocks.ts';
import { sequenceDaysLeft } from './sequence-days-left.ts';

/** Every check, by area and name. A new one is one new file and its name here. */
export const CHECKS: readonly Check[] = [connectionsUsed, deadlocks, sequenceDaysLeft];
