import { createHash } from 'node:crypto';

/**
 * SHA-256 (hex) of a field's value as it stands in the source. Line endings, indentation and trailing spaces do not
 * count: a checkout with other line endings, or a formatter, does not turn our field into a person's.
 */
export function hashValue(value: string): string {
  const lines = value.split(/\r\n?|\n/).map((line) => line.trim());
  return createHash('sha256').update(lines.join('\n').trim()).digest('hex');
}
