/** The statements that a server counted, the busiest so many of them. */
export interface CountedWorkload {
  readonly top: number;
}

const DEFAULT_TOP = 5;
const MOST = 100;

/** `pg_stat_statements top 5`, `top 20 of pg_stat_statements`; null for any other workload, and for none. */
export function countedWorkload(text: string | null): CountedWorkload | null {
  if (text === null || !/\bpg_stat_statements\b/i.test(text)) return null;
  const top = Number(/\btop[\s-]*(\d{1,4})\b/i.exec(text)?.[1] ?? DEFAULT_TOP);
  return { top: Math.min(MOST, Math.max(1, top)) };
}
