/** How the connections of all pools are divided among those who each have a pool. */
export interface PoolShare {
  readonly parts: number;
  readonly perPart: number;
  /** All parts together: at most what was divided, unless there are more parts than connections. */
  readonly total: number;
}

/** Equal parts of at least one connection; what does not divide is left unused rather than given twice. */
export function shareOf(connections: number, parts: number): PoolShare {
  const perPart = Math.max(1, Math.floor(connections / parts));
  return { parts, perPart, total: perPart * parts };
}
