import { proposedIndex } from '../advisor/proposed-index.ts';
import type { Node } from '@pgsql/types';
import { analyzeStep, asProposed, stepsOf, type Proposal } from '../change.ts';
import type { RelationFacts } from '../facts.ts';
import { bindNamed } from '../sql/parameters.ts';
import { statementsOrNone } from '../sql/parse.ts';
import { readProbe } from '../sql/probe.ts';
import { readWritingStatement } from '../sql/writing-statement.ts';
import { asProposal } from './indexes.ts';
import { tablesOf, type Lever, type SlowStatement } from './lever.ts';
import { sessionSettings, withSettings } from './session-settings.ts';

const REASON = 'proposed by the item';

/** What the item itself proposes: an index, a rewrite, a setting, or any other statement, which the gate judges. */
export const proposed: Lever = {
  name: 'proposed',
  summary:
    'What the item proposes in Candidate: an index, a rewrite, settings by SET, or any other statement, which the gate judges.',
  propose: (slow, trials) =>
    slow.candidates.map((sql) => {
      const index = proposedIndex(sql, slow.relations, slow.takenNames, slow.server);
      if (index !== null) return asProposal(slow, index, trials);
      return (
        proposedRewrite(slow, sql) ??
        proposedSettings(slow, sql) ??
        proposedStatistics(slow, sql) ??
        asProposed(sql, slow.statement.probe)
      );
    }),
};

/**
 * A reading statement is another way to ask; whether it asks the same is for the comparison to say. For a statement that
 * writes it is one that writes, and never a change that could be applied.
 */
function proposedRewrite({ statement }: SlowStatement, sql: string): Proposal | null {
  const { names, writes } = statement;
  const text = names.length === 0 ? sql : bindNamed(sql, names, names).sql;
  const probe = readProbe(text);
  const read = probe.ok || writes === null ? probe : readWritingStatement(text);
  if (!read.ok) return null;
  return {
    id: `rewrite ${read.sql}`,
    change: {
      summary: 'the proposed rewrite',
      steps: [],
      rewrite: { sql: read.sql, rules: [], changesInterface: false },
    },
    reason: REASON,
    probe: statement.probe,
    estimatedGainMs: 0,
  };
}

/** Statistics do nothing before the next ANALYZE, so one of the table belongs to them, whether it was thought of or not. */
function proposedStatistics(slow: SlowStatement, sql: string): Proposal | null {
  const declarations = stepsOf(sql).filter(({ up }) => !/^\s*analy[sz]e\b/i.test(up));
  const tables = statementsOrNone(sql).flatMap(({ tree }) => tableOf(slow, tree) ?? []);
  const [table] = tables;
  const isWhole =
    declarations.length > 0 && declarations.every(({ inTransaction }) => inTransaction !== null);
  if (table === undefined || !isWhole || tables.some(({ oid }) => oid !== table.oid)) return null;
  return {
    id: sql,
    change: { summary: sql, steps: [...declarations, analyzeStep(table)] },
    reason: REASON,
    probe: slow.statement.probe,
    estimatedGainMs: 0,
  };
}

/** The table that statistics are declared on; null where it is none of the statement's. */
function tableOf(slow: SlowStatement, tree: Node): RelationFacts | null {
  const [declared] = 'CreateStatsStmt' in tree ? (tree.CreateStatsStmt.relations ?? []) : [];
  const named =
    declared !== undefined && 'RangeVar' in declared
      ? declared.RangeVar
      : 'AlterTableStmt' in tree
        ? tree.AlterTableStmt.relation
        : undefined;
  if (named === undefined) return null;
  return (
    tablesOf(slow).find(
      ({ schema, name }) => name === named.relname && (named.schemaname ?? schema) === schema,
    ) ?? null
  );
}

function proposedSettings(slow: SlowStatement, sql: string): Proposal | null {
  const session = sessionSettings(sql);
  return session === null ? null : withSettings(slow, session, REASON);
}
