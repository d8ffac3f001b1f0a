/**
 * The text of a statement as `pg_stat_statements` keeps it, as one that parses. A list of constants is one parameter there
 * with a comment behind it, and constants of a named type have lost their quotes: `interval $1`. A list becomes the array
 * that it stands for.
 */
export function asStatement(counted: string): string {
  return REPLACEMENTS.reduce((sql, [pattern, replacement]) => sql.replaceAll(pattern, replacement), counted);
}

const SQUASHED = String.raw`(\$\d+)\s*/\*, \.\.\. \*/\s*`;

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(String.raw`\bNOT\s+IN\s*\(\s*${SQUASHED}\)`, 'gi'), '<> ALL ($1)'],
  [new RegExp(String.raw`\bIN\s*\(\s*${SQUASHED}\)`, 'gi'), '= ANY ($1)'],
  [new RegExp(String.raw`\bARRAY\s*\[\s*${SQUASHED}\]`, 'gi'), '$1'],
  [/\bextract\s*\(\s*(\$\d+)\s+from\s/gi, 'pg_catalog.extract($1, '],
  [/\b(interval|date|time|timestamp|timestamptz)\s+(\$\d+)/gi, '$2::$1'],
  [/\b(timestamp|time)\s+with\s+time\s+zone\s+(\$\d+)/gi, '$2::$1tz'],
];
