/** An object of the JSON that EXPLAIN gives, read by name: tools and versions leave keys out and add others. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(fields: Fields, key: string): string | null {
  const value = fields[key];
  return typeof value === 'string' ? value : null;
}

/** Some drivers and tools keep decimals as text. */
export function number(fields: Fields, key: string): number | null {
  const value = fields[key];
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : null;
}

export function list(fields: Fields, key: string): readonly unknown[] {
  const value = fields[key];
  return Array.isArray(value) ? value : [];
}

export function texts(fields: Fields, key: string): readonly string[] {
  return list(fields, key).filter((value) => typeof value === 'string');
}
