import type { RuleGroup } from '../rule.ts';
import { autovacuum } from './autovacuum.ts';
import { connections } from './connections.ts';
import { io } from './io.ts';
import { jit } from './jit.ts';
import { logging } from './logging.ts';
import { memory } from './memory.ts';
import { parallelism } from './parallelism.ts';
import { planner } from './planner.ts';
import { wal } from './wal.ts';

/** Every group, in the order of the written files. A new rule is one entry of its group. */
export const RULE_GROUPS: readonly RuleGroup[] = [
  memory,
  connections,
  wal,
  planner,
  io,
  parallelism,
  autovacuum,
  logging,
  jit,
];
