import type { Change } from '../change.ts';
import type { Finding } from '../explain/finding.ts';
import { withoutLiterals } from '../sql/normalize.ts';
import type { MeasuredTrial } from '../trial.ts';
import type { Decision } from './decision.ts';
import type { Dossier } from './dossier.ts';
import type { Conclusion } from '../outcome.ts';

/** Reasons that quote the server, who may quote a literal of the statement. */
const QUOTES_SERVER = new Set([
  'statement-rejected',
  'statement-writes',
  'unknown-table',
  'unknown-column',
  'statement-syntax-error',
  'fields-invalid',
]);

/** What may be written of a conclusion about a sensitive statement: everything but the server's words. */
export function concealConclusion(conclusion: Conclusion): Conclusion {
  const { code } = conclusion.reason;
  if (!QUOTES_SERVER.has(code)) return conclusion;
  const message = `the statement was not accepted (${code}); it is sensitive, so nothing of it is quoted`;
  return { ...conclusion, reason: { code, message } };
}

/** A finding without the conditions that it quotes. */
export function concealFinding({ code, relation, costMs }: Finding): Finding {
  return { code, message: code.replaceAll('-', ' '), relation, costMs, numbers: {} };
}

/** Plans quote conditions with their values; whoever resumes reads the statement from the task file. */
export function concealTrial(trial: MeasuredTrial): MeasuredTrial {
  return { ...trial, proposal: { ...trial.proposal, probe: null }, planAfter: null };
}

/** Without the statements that a rewrite and its file hold. A run that resumes then finds the rewrite anew. */
export function concealDecision(decision: Decision): Decision {
  const { change, trial } = decision;
  return {
    ...decision,
    source: null,
    change: concealChange(change),
    trial:
      trial === null
        ? null
        : { ...trial, proposal: { ...trial.proposal, id: '', change: concealChange(trial.proposal.change) } },
  };
}

function concealChange({ rewrite, ...change }: Change): Change {
  if (rewrite === undefined) return change;
  return { ...change, rewrite: { ...rewrite, sql: withoutLiterals(rewrite.sql) } };
}

/** The statement as evidence shows it. */
export function shownStatement({ probe, sampled, sensitive }: Dossier): Record<string, unknown> | null {
  if (probe === null) return null;
  const parameters = probe.parameterSets.every((set) => set.length === 0) ? null : (sampled ?? 'given');
  if (!sensitive) return { sql: probe.sql, parameterSets: probe.parameterSets, parameters };
  return { sql: withoutLiterals(probe.sql), parameterSets: null, parameters };
}
