/**
 * SQL of an integer from 0 to `below` - 1 that looks random and is the same in every run. `salt` tells columns apart;
 * `of` is what it is computed from.
 */
export function pick(below: number, salt: number, of = 'n'): string {
  return `((hashint8extended(${of}, ${salt}) & 9223372036854775807) % ${below})::integer`;
}

/** SQL of one of these texts, each as likely as the others. */
export function oneOf(texts: readonly string[], salt: number, of = 'n'): string {
  return `(ARRAY['${texts.join("', '")}'])[1 + ${pick(texts.length, salt, of)}]`;
}
