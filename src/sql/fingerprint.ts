import { fingerprintSync } from 'libpg-query';

/**
 * Equal for statements that differ in nothing but constants, parameters, lists of them, white space and comments; null
 * for a text that does not parse. Needs `loadParser()` before.
 */
export function fingerprintOf(sql: string): string | null {
  try {
    return fingerprintSync(sql);
  } catch {
    return null;
  }
}
