import { z } from 'zod';
import { findingsOf } from '../explain/findings/index.ts';
import type { SlowStatement } from '../levers/lever.ts';
import { nextTrial } from '../levers/search.ts';
import { workloadOf } from '../task/workload.ts';
import { parameterSets, targetTime } from './fields.ts';
import { limitsOf } from './limits.ts';
import { defineStep, type Study } from './step.ts';

const fields = z.object({
  query: z.string({ error: 'the item names no statement' }).min(1),
  params: parameterSets,
  target: targetTime,
  candidates: z.array(z.string()),
  budget: z.string().nullable(),
  remarks: z.array(z.string()),
  sensitive: z.boolean(),
});

type Fields = z.output<typeof fields>;
type Names = 'statement' | 'relations' | 'plan' | 'takenNames' | 'server';

/** A slow statement: whatever makes it fast, one trial after the other. */
export const query = defineStep<Fields, Names>({
  kind: 'query',
  summary:
    'Makes a slow statement fast: statistics, a rewrite, settings, indexes, or what of them belongs together.',
  inputs: {
    Query: 'the statement; one for an item',
    File: 'a file of the repository that holds it, instead of **Query**; `src/orders.ts:40-52` names its lines',
    Workload:
      'instead of a statement: `pg_stat_statements top 5` takes the one of them that costs the server most, `bench/queries.sql` the one of the file that takes longest',
    Params:
      'values for its placeholders: a JSON array for `$1…`, a JSON object for `:name`; each is one parameter set; without it they come from the logs of the configuration, else from statistics',
    Target: 'the time that it has to stay below; without one, any gain will do',
    Candidate: 'what somebody proposes: an index, a rewrite, settings by `SET`, or any other statement',
    Budget: 'what new indexes may take: a number of them, a size; the title and other text may say so too',
    Sensitive: 'literals, parameters and plans are written nowhere',
  },
  fields,
  example: [
    '- [ ] 1.1 Optimize the order list of a customer',
    '  - **Query**: `SELECT id, total FROM shop.orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 20`',
    '  - **Params**: `[4711]`',
    '  - **Target**: < 5 ms',
  ].join('\n'),
  claims: (inputs) => inputs.query !== null || workloadOf(inputs) !== null,
  ofStatement: true,
  subject: ({ query: sql, params }) => ({ statement: { sql, parameterSets: params } }),
  targetMs: ({ target }) => target,
  limits: limitsOf,
  facts: ['statement', 'relations', 'plan', 'takenNames', 'server'],
  diagnose: (_fields, facts) =>
    findingsOf(
      facts.plan,
      facts.relations.map(({ relation }) => relation),
    ),
  next(study, trials) {
    const next = nextTrial(slowStatement(study), trials);
    return next === null ? [] : [next];
  },
});

const known = new WeakMap<Study<Fields, Names>, SlowStatement>();

/** One object for each study, which what is derived from it can be kept by. */
function slowStatement(study: Study<Fields, Names>): SlowStatement {
  const { facts, fields: inputs, findings, maxCandidates } = study;
  const limits = { ...limitsOf(inputs), indexes: maxCandidates };
  const { candidates, sensitive } = inputs;
  const statement = known.get(study) ?? { ...facts, findings, candidates, limits, sensitive };
  known.set(study, statement);
  return statement;
}
