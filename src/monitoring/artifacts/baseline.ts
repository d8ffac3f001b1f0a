import type { WatchedCheck } from './watched.ts';

/** How a server was when somebody began to watch it: what later numbers are compared with. */
export function baselineDocument(
  checks: readonly WatchedCheck[],
  server: { readonly version: string; readonly takenAt: string },
): string {
  const document = {
    schemaVersion: 1,
    ...server,
    checks: checks.map(({ name, area, state, level, message, unit, observations }) => ({
      name,
      area,
      state,
      level,
      unit,
      ...(message === null ? {} : { message }),
      observations,
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
