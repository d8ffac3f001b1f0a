import type { Node } from '@pgsql/types';
import { NO_FACTS, type LintFacts } from '../facts.ts';
import { ALTER_STATEMENTS } from './alter-table.ts';
import { CREATE_STATEMENTS } from './create.ts';
import { DROP_STATEMENTS } from './drop.ts';
import { effect, NOTHING, strongest, UNKNOWN, type Effect } from './effect.ts';
import { INDEX_STATEMENTS } from './indexes.ts';
import { MAINTENANCE_STATEMENTS } from './maintenance.ts';
import { QUERY_STATEMENTS } from './query.ts';
import { RENAME_STATEMENTS } from './rename.ts';
import { SERVER_STATEMENTS, WITHOUT_TABLES } from './server.ts';

type Handler = (fields: unknown, facts: LintFacts) => Effect;

const STATEMENTS = new Map<string, Handler>(
  [
    ALTER_STATEMENTS,
    CREATE_STATEMENTS,
    DROP_STATEMENTS,
    INDEX_STATEMENTS,
    MAINTENANCE_STATEMENTS,
    QUERY_STATEMENTS,
    RENAME_STATEMENTS,
    SERVER_STATEMENTS,
  ].flatMap((family) => Object.entries(family) as [string, Handler][]),
);

/**
 * What a statement does to others while it runs: the strongest lock on what was there before, what happens under it,
 * and whether it may stand in a transaction block. Of what depends on the tables, without facts the worst.
 */
export function effectOf(tree: Node, facts: LintFacts = NO_FACTS): Effect {
  const [tag = '', fields] = Object.entries(tree)[0] ?? [];
  // CREATE SCHEMA may hold further statements.
  if ('CreateSchemaStmt' in tree)
    return strongest((tree.CreateSchemaStmt.schemaElts ?? []).map((element) => effectOf(element, facts)));
  if ('CreateTableAsStmt' in tree && tree.CreateTableAsStmt.into?.skipData === true) return ofNoData(tree);
  const handler = STATEMENTS.get(tag);
  if (handler !== undefined) return handler(fields, facts);
  return WITHOUT_TABLES.has(tag) ? NOTHING : UNKNOWN;
}

/** WITH NO DATA plans the query and executes nothing of it. */
function ofNoData(tree: Node): Effect {
  const { lock } = STATEMENTS.get('CreateTableAsStmt')?.(Object.values(tree)[0], NO_FACTS) ?? UNKNOWN;
  return effect(lock);
}
