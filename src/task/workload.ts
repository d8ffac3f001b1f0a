import type { InputFields } from './input.ts';
import { isOwnPath } from './own-paths.ts';

/** Where an item leaves the choice of its statement to. */
export type Workload = CountedWorkload | FileWorkload;

/** The statements that a server counted, the busiest so many of them. */
export interface CountedWorkload {
  readonly from: 'pg_stat_statements';
  readonly top: number;
}

/** The statements of a `.sql` file of the repository. */
interface FileWorkload {
  readonly from: 'file';
  readonly path: string;
}

const DEFAULT_TOP = 5;
const MOST = 100;

/**
 * `pg_stat_statements top 5`, `top 20 of pg_stat_statements`, `bench/queries.sql`: the workload that an item leaves its
 * statement to. Null where it states one, where it names none, and beside hardware: that is what a server has to bear.
 */
export function workloadOf({ query, queries, sqlBlocks, workload, hardware }: Stated): Workload | null {
  const isStated = query !== null || queries.length + sqlBlocks.length > 0;
  if (isStated || workload === null || hardware !== null) return null;
  return countedWorkload(workload) ?? fileWorkload(workload);
}

type Stated = Pick<InputFields, 'query' | 'queries' | 'sqlBlocks' | 'workload' | 'hardware'>;

/** Null for any other text. */
export function countedWorkload(text: string | null): CountedWorkload | null {
  if (text === null || !/\bpg_stat_statements\b(?!\S*\.sql\b)/i.test(text)) return null;
  const top = Number(/\btop[\s-]*(\d{1,4})\b/i.exec(text)?.[1] ?? DEFAULT_TOP);
  return { from: 'pg_stat_statements', top: Math.min(MOST, Math.max(1, top)) };
}

/** The first word that ends like such a path: what stands around it is prose. */
function fileWorkload(text: string): FileWorkload | null {
  const path = /[^\s,;:()'"]+\.sql(?![\w.])/i.exec(text)?.[0];
  return path === undefined || isOwnPath(path) ? null : { from: 'file', path };
}
