import { proposedIndex } from '../advisor/proposed-index.ts';
import { asProposed, type Proposal } from '../change.ts';
import { bindNamed } from '../sql/parameters.ts';
import { readProbe } from '../sql/probe.ts';
import { readWritingStatement } from '../sql/writing-statement.ts';
import { asProposal } from './indexes.ts';
import type { Lever, SlowStatement } from './lever.ts';
import { sessionSettings } from './session-settings.ts';

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
        proposedRewrite(slow, sql) ?? proposedSettings(slow, sql) ?? asProposed(sql, slow.statement.probe)
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

function proposedSettings({ statement }: SlowStatement, sql: string): Proposal | null {
  const session = sessionSettings(sql);
  if (session === null) return null;
  const shown = Object.entries(session).map(([name, value]) => `${name} = ${value}`);
  return {
    id: `set ${shown.join(', ')}`,
    change: { summary: `${shown.join(' and ')} for this statement`, steps: [], session },
    reason: REASON,
    probe: statement.probe,
    estimatedGainMs: 0,
  };
}
