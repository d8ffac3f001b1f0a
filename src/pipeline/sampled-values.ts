import type { ResolvedRelation } from '../facts.ts';
import { sampleParameters } from '../measure/sampled-parameters.ts';
import { Blocked } from '../outcome.ts';
import { readOnly } from '../pg/execute.ts';
import { sqlState } from '../pg/failure.ts';
import { withPrepared } from '../pg/prepared.ts';
import type { StatementFacts } from '../steps/step.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import type { Subjects } from './facts.ts';
import { blockedByServer } from './server-refusal.ts';

/** A statement with values, and where they come from, in words; null where the item gives them. */
export interface FilledStatement {
  readonly statement: StatementFacts | null;
  readonly sampled: string | null;
}

/**
 * A statement whose values nobody gave, with values from the statistics of the columns that its parameters are compared
 * with. Ends the item where a parameter could be anything.
 * @param besides what else people should know of its values
 */
export async function withSampledValues(
  run: Pick<RunContext, 'reader' | 'limits'>,
  statement: StatementFacts | null,
  relations: readonly ResolvedRelation[],
  besides = '',
): Promise<FilledStatement> {
  if (statement === null || statement.probe.parameterSets.length > 0) return { statement, sampled: null };
  const { parsed, probe } = statement;
  const types = await parameterTypes(run, probe.sql);
  const sample =
    types === null
      ? null
      : sampleParameters(
          parsed.tree,
          types,
          relations.map(({ relation }) => relation),
        );
  if (sample === null) {
    const wanted = parsed.parameters === 1 ? '1 parameter' : `${parsed.parameters} parameters`;
    throw new Blocked(
      'needs-information',
      'parameters-missing',
      `the statement has ${wanted} and no values, and statistics do not tell them all; add Params, a JSON array with one value for each${besides}`,
    );
  }
  const origins = sample.origins.map((origin, at) => `$${at + 1} of ${origin}`).join(', ');
  const sets = sample.sets.length === 1 ? '1 set' : `${sample.sets.length} sets`;
  return {
    statement: { ...statement, probe: { sql: probe.sql, parameterSets: sample.sets } },
    sampled: `parameters sampled from statistics, ${sets} (${origins})${besides}`,
  };
}

/** Tells people that nobody gave the values, and where they come from. */
export function noteSampled(dossier: Dossier, { sampled }: Pick<Subjects, 'sampled'>): void {
  dossier.sampled = sampled;
  if (sampled !== null && !dossier.notes.includes(sampled)) dossier.notes.push(sampled);
}

/** Null where the server cannot tell the type of one of them. */
async function parameterTypes(
  { reader, limits }: Pick<RunContext, 'reader' | 'limits'>,
  sql: string,
): Promise<readonly string[] | null> {
  try {
    return await readOnly(reader, limits.cutoffMs, () =>
      withPrepared(reader, sql, ({ types }) => Promise.resolve(types)),
    );
  } catch (error) {
    if (sqlState(error) === INDETERMINATE_DATATYPE) return null;
    throw blockedByServer(error);
  }
}

const INDETERMINATE_DATATYPE = '42P18';
