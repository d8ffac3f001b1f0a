import { createHash } from 'node:crypto';
import { escapeIdentifier, escapeLiteral, type Client, type QueryArrayResult } from 'pg';
import { withClient } from './session.ts';

/** A statement as somebody runs it. */
export interface Run {
  readonly sql: string;
  readonly params: readonly (readonly unknown[])[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Planned without the values of its parameters. */
  readonly generic?: boolean;
  /** Whether the order of its rows is part of the result. */
  readonly ordered: boolean;
}

export interface Measured {
  /** Of all parameter sets together. */
  readonly medianMs: number;
  /** Shared blocks hit and read by one execution of each. */
  readonly blocks: number;
  /** How it is executed, one for each parameter set: nodes with what they read, without numbers. */
  readonly plans: readonly string[];
  /** One for each parameter set. */
  readonly results: readonly string[];
}

const RUNS = 7;
/** A slow statement is run less often. */
const BUDGET_MS = 1_500;

/** Executes it some times, each in a transaction that is rolled back. */
export async function measure(url: string, run: Run): Promise<Measured> {
  return withClient(url, async (client) => {
    const results = (await execute(client, run)).results;
    const times: number[] = [];
    const started = performance.now();
    while (times.length < RUNS && (times.length < 2 || performance.now() - started < BUDGET_MS))
      times.push((await execute(client, run)).ms);
    return { medianMs: median(times), ...(await readPlans(client, run)), results };
  });
}

/** What it returns after a change of the data that does not last. */
export async function resultsAfter(url: string, mutation: string, run: Run): Promise<readonly string[]> {
  return withClient(url, async (client) => (await execute(client, run, mutation)).results);
}

async function execute(client: Client, run: Run, mutation?: string) {
  const results: string[] = [];
  let ms = 0;
  for (const values of run.params) {
    await begin(client, run);
    if (mutation !== undefined) await client.query(mutation);
    const started = performance.now();
    const answer = await client.query<unknown[]>({
      text: run.sql,
      values: [...values],
      rowMode: 'array',
      types: { getTypeParser: () => (value: unknown) => value },
      ...(run.generic === true ? { name: `s${createHash('md5').update(run.sql).digest('hex')}` } : {}),
    });
    ms += performance.now() - started;
    await client.query('ROLLBACK');
    results.push(digest(answer, run.ordered));
  }
  return { ms, results };
}

async function begin(client: Client, { settings = {}, generic }: Run): Promise<void> {
  const all = { ...settings, ...(generic === true ? { plan_cache_mode: 'force_generic_plan' } : {}) };
  const set = Object.entries(all).map(
    ([name, value]) => `SET LOCAL ${escapeIdentifier(name)} = ${escapeLiteral(value)};`,
  );
  await client.query(`BEGIN; ${set.join(' ')}`);
}

/** What of a node says how it is executed. */
const SHAPE = ['Node Type', 'Join Type', 'Strategy', 'Relation Name', 'Index Name', 'Workers Planned'];

type PlanNode = Readonly<Record<string, unknown>> & { readonly Plans?: readonly PlanNode[] };

async function readPlans(client: Client, run: Run): Promise<Pick<Measured, 'blocks' | 'plans'>> {
  let blocks = 0;
  const plans: string[] = [];
  for (const values of run.params) {
    await begin(client, run);
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${run.sql}`,
      [...values],
    );
    await client.query('ROLLBACK');
    const plan = rows[0]?.['QUERY PLAN'][0].Plan ?? {};
    blocks += Number(plan['Shared Hit Blocks'] ?? 0) + Number(plan['Shared Read Blocks'] ?? 0);
    plans.push(shapeOf(plan));
  }
  return { blocks, plans };
}

function shapeOf(node: PlanNode): string {
  const own = SHAPE.map((name) => JSON.stringify(node[name] ?? null)).join(' ');
  return `${own}(${(node.Plans ?? []).map(shapeOf).join(', ')})`;
}

/** Names and types of the columns, and the rows as the server sends them. */
function digest({ fields, rows, rowCount }: QueryArrayResult<unknown[]>, ordered: boolean): string {
  const lines = rows.map((row) => JSON.stringify(row));
  if (!ordered) lines.sort();
  const head = fields.map(({ name, dataTypeID }) => `${name} ${dataTypeID}`);
  const hash = createHash('sha256')
    .update(JSON.stringify([head, rowCount, lines]))
    .digest('hex');
  return `${rowCount} rows ${hash.slice(0, 16)}`;
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
