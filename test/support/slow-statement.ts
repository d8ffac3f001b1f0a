import type { Proposal } from '../../src/change.ts';
import { parsePlan } from '../../src/explain/plan.ts';
import type { Finding } from '../../src/explain/finding.ts';
import type { RelationFacts } from '../../src/facts.ts';
import type { SlowStatement } from '../../src/levers/lever.ts';
import { readProbe } from '../../src/sql/probe.ts';
import { NO_LIMITS } from '../../src/steps/limits.ts';
import type { MeasuredTrial, Trial } from '../../src/trial.ts';
import { serverTraits } from './facts.ts';

/** A sequential scan without anything remarkable. */
const PLAN = [
  { Plan: { 'Node Type': 'Seq Scan', 'Relation Name': 'orders', Schema: 'shop', Alias: 'orders' } },
];

/** A slow statement written by hand. Needs `loadParser()` before. */
export function slowStatement(
  sql: string,
  tables: readonly RelationFacts[],
  { plan = PLAN, ...more }: Partial<Omit<SlowStatement, 'plan'>> & { readonly plan?: unknown } = {},
): SlowStatement {
  const parsed = readProbe(sql);
  if (!parsed.ok) throw new Error(parsed.message);
  return {
    statement: { parsed, probe: { sql: parsed.sql, parameterSets: [] }, names: [], writes: null },
    relations: tables.map((relation) => ({ reference: { schema: null, name: relation.name }, relation })),
    plan: parsePlan(plan),
    takenNames: new Set(),
    server: serverTraits(),
    findings: [],
    candidates: [],
    limits: { ...NO_LIMITS, indexes: 5 },
    sensitive: false,
    ...more,
  };
}

export function finding(code: string, more: Partial<Finding> = {}): Finding {
  return {
    code,
    message: code,
    relation: { schema: 'shop', name: 'orders' },
    costMs: 100,
    numbers: {},
    ...more,
  };
}

/** What a lab might have seen of a proposal: from 100 ms to so many. */
export function measured(
  proposal: Proposal,
  { afterMs = 50, blocks = 1_000, accepted = true, sizeBytes = 0 } = {},
): MeasuredTrial {
  const measurement = (medianMs: number, sharedBlocks: number) => ({
    medianMs,
    ci95Ms: [medianMs * 0.95, medianMs * 1.05] as const,
    runs: 10,
    sharedBlocks,
    where: 'target',
  });
  const ratio = 100 / afterMs;
  return {
    state: 'measured',
    proposal,
    accepted,
    reason: { code: accepted ? 'gain' : 'within-noise', message: '' },
    before: measurement(100, 10_000),
    after: measurement(afterMs, blocks),
    speedup: { ratio, ci95: [ratio * 0.95, ratio * 1.05] },
    lowerBound: false,
    rows: 'same',
    rowCounts: [1],
    pairs: [],
    sizeBytes,
    planAfter: null,
  };
}

export function notUsed(proposal: Proposal): Trial {
  return { state: 'not-used', proposal, accepted: false, reason: { code: 'not-used', message: '' } };
}
