import { readProbe } from '../sql/probe.ts';
import { lineIndex } from './line-index.ts';
import { readStatement } from './placeholders.ts';
import { splitStatements } from './split.ts';

/** A statement of a file that holds many, with why it is none to measure. */
export interface WorkloadStatement {
  /** With `$n` for a driver's placeholders; `:name` stays. As it stands where it does not parse. */
  readonly sql: string;
  /** The line that it begins on, from 1. */
  readonly line: number;
  /** Null for what parses; what it does is for others to judge. */
  readonly problem: string | null;
}

/** The statements of a file, as many as are looked at. */
interface WorkloadStatements {
  /** In the order of the file, equal ones once. */
  readonly statements: readonly WorkloadStatement[];
  /** How many stand behind those. */
  readonly left: number;
}

/** Reads the first so many statements of a `.sql` file. psql's own commands are none. Needs `loadParser()` before. */
export function statementsOfWorkload(source: string, most: number): WorkloadStatements {
  const text = source.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const lineAt = lineIndex(text);
  const parts = splitStatements(text);
  const found = new Map<string, WorkloadStatement>();
  for (const { sql, start } of parts.slice(0, most)) {
    const read = readStatement(sql, false);
    const statement = read?.sql ?? sql;
    const line = lineAt(start);
    if (!found.has(statement))
      found.set(statement, {
        sql: statement,
        line,
        problem: read === null ? syntaxProblem(sql, line) : null,
      });
  }
  return { statements: [...found.values()], left: Math.max(0, parts.length - most) };
}

/** Line breaks instead of what stands before: the lines that the message names are those of the file. */
function syntaxProblem(sql: string, line: number): string {
  const probe = readProbe('\n'.repeat(line - 1) + sql);
  return probe.ok ? 'it is too long' : probe.message;
}
