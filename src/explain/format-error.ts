/** The JSON is not a plan of EXPLAIN (FORMAT JSON). */
export class PlanFormatError extends Error {
  override readonly name = 'PlanFormatError';
}
