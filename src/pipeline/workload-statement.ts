import { Blocked } from '../outcome.ts';
import { parsePlan } from '../explain/plan.ts';
import type { Probe } from '../measure/probe.ts';
import { probeRunner, readOnly } from '../pg/execute.ts';
import { recognise } from '../steps/registry.ts';
import type { InputFields } from '../task/input.ts';
import type { RunContext } from './context.ts';
import { readSubjects } from './facts.ts';
import { blockedByServer } from './server-refusal.ts';

/** Why a statement of a workload cannot be an item's, as an item of its own would be told. */
export interface Problem {
  readonly problem: string;
}

/** What is seen of a statement before it is executed. */
interface Planned {
  readonly probe: Probe;
  readonly costUnits: number;
}

/** Looks whether a statement of a workload could be an item's: it reads, it is safe, the server plans it. */
export async function lookAt(run: RunContext, fields: InputFields): Promise<Planned | Problem> {
  return orProblem(async () => {
    const recognition = recognise(fields);
    if (recognition.result !== 'kind') return { problem: 'it is of no kind of ours' };
    const read = recognition.kind.read(fields);
    if (!read.ok) return { problem: read.problems.join('; ') };
    const { statement } = await readSubjects(run, read.item);
    if (statement === null) return { problem: 'there is no statement' };
    const { reader, limits, series } = run;
    const isolate = <T>(work: () => Promise<T>) => readOnly(reader, limits.cutoffMs, work);
    const plan = await probeRunner(reader, statement.probe, isolate, series.clock).explain('estimate');
    return { probe: statement.probe, costUnits: parsePlan(plan).root.estimated.totalCost };
  });
}

/** What the server, or the gate, has against a statement is said of it; a fault of anybody else goes on. */
export async function orProblem<T>(work: () => Promise<T | Problem>): Promise<T | Problem> {
  try {
    return await work();
  } catch (error) {
    const blocked = blockedByServer(error);
    if (blocked instanceof Blocked) return { problem: blocked.conclusion.reason.message };
    throw error;
  }
}
