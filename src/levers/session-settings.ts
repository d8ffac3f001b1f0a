import type { Proposal } from '../change.ts';
import { statementsOrNone } from '../sql/parse.ts';
import type { SlowStatement } from './lever.ts';

/**
 * Settings that only decide how a statement is planned and how much memory it takes. Anything else may change what a
 * statement means or may do, and is not tried for anybody.
 */
const PLANNER_SETTINGS =
  /^(?:enable_\w+|(?:seq|random)_page_cost|cpu_\w+_cost|parallel_\w+_cost|jit(?:_above_cost|_inline_above_cost|_optimize_above_cost)?|work_mem|hash_mem_multiplier|effective_cache_size|max_parallel_workers_per_gather|min_parallel_\w+_scan_size|(?:join|from)_collapse_limit|geqo(?:_\w+)?|plan_cache_mode|cursor_tuple_fraction|constraint_exclusion|effective_io_concurrency|recursive_worktable_factor|temp_buffers)$/;

/** The settings of a text such as `SET work_mem = '64MB'`, one or several; null where it is anything else. */
export function sessionSettings(sql: string): Readonly<Record<string, string>> | null {
  const settings = new Map<string, string>();
  for (const { tree } of statementsOrNone(sql)) {
    if (!('VariableSetStmt' in tree)) return null;
    const { name = '', args = [] } = tree.VariableSetStmt;
    const value = args.length === 1 ? valueOf(args[0]) : null;
    // RESET and SET … TO DEFAULT have no value.
    if (value === null || !PLANNER_SETTINGS.test(name.toLowerCase())) return null;
    settings.set(name.toLowerCase(), value);
  }
  return settings.size === 0 ? null : Object.fromEntries(settings);
}

/** The statement as it is, under other settings of its session. */
export function withSettings(
  { statement }: SlowStatement,
  session: Readonly<Record<string, string>>,
  reason: string,
): Proposal {
  const shown = Object.entries(session).map(([name, value]) => `${name} = ${value}`);
  return {
    id: `set ${shown.join(', ')}`,
    change: { summary: `${shown.join(' and ')} for this statement`, steps: [], session },
    reason,
    probe: statement.probe,
    estimatedGainMs: 0,
  };
}

/** Whether a text does nothing but set or reset what ends with its session. */
export function onlySetsSession(sql: string): boolean {
  const statements = statementsOrNone(sql);
  return statements.length > 0 && statements.every(({ tree }) => 'VariableSetStmt' in tree);
}

function valueOf(node: unknown): string | null {
  const constant = (
    node as { A_Const?: { sval?: { sval?: string }; ival?: { ival?: number }; fval?: { fval?: string } } }
  ).A_Const;
  if (constant === undefined) return null;
  if (constant.sval !== undefined) return constant.sval.sval ?? '';
  if (constant.fval !== undefined) return constant.fval.fval ?? null;
  return constant.ival === undefined ? null : String(constant.ival.ival ?? 0);
}
