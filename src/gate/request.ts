import { createHash } from 'node:crypto';
import type { Environment } from './environment.ts';
import type { Judgement } from './verdict.ts';

/** A gated change that waits for a person. */
export interface ApprovalRequest {
  readonly schemaVersion: 1;
  /** Derived from everything below: the same change on the same target has the same id. */
  readonly id: string;
  readonly item: { readonly file: string; readonly id: string; readonly title: string };
  readonly summary: string;
  readonly reason: string;
  readonly environment: Environment;
  readonly target: RequestTarget;
  readonly statements: readonly {
    readonly sql: string;
    readonly sha256: string;
    readonly class: string;
    readonly reasons: readonly string[];
  }[];
  /** The migration files, with the hash of their exact bytes. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

interface RequestTarget {
  readonly systemIdentifier: string;
  readonly database: string;
  readonly databaseOid: number;
  readonly host: string;
  readonly port: number;
  readonly role: string;
}

/** Pure: equal inputs give an equal request, so asking twice leaves one request. */
export function requestOf(
  content: Omit<ApprovalRequest, 'schemaVersion' | 'id' | 'statements'>,
  judgement: Judgement,
): ApprovalRequest {
  const statements = judgement.statements
    .filter(({ verdict }) => verdict !== 'allow')
    .map((statement) => ({
      sql: statement.sql,
      sha256: createHash('sha256').update(statement.sql, 'utf8').digest('hex'),
      class: statement.class,
      reasons: statement.reasons,
    }));
  const id = createHash('sha256')
    .update(JSON.stringify({ ...content, statements }))
    .digest('hex')
    .slice(0, 16);
  return { schemaVersion: 1, id, ...content, statements };
}
