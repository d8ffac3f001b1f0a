import type { Probe } from '../probe.ts';
import { seededRandom } from '../statistics.ts';

/** What clients do to a database again and again. */
export interface Workload {
  /** For people: `the built-in mix`, `3 statements`. */
  readonly name: string;
  /**
   * So many transactions of one client. The same seed gives the same ones, so that both sides of a pair do the same.
   * @param client counted from 0: two clients of a round do different things
   */
  transactions(seed: number, client: number, count: number): Transaction[];
  /** One statement of each sort, to be planned. */
  readonly statements: readonly WorkloadStatement[];
  /** Transactions of one round, all clients together: enough to count by, short enough to be repeated. */
  readonly roundLength: number;
  /** Fewer of them would leave sorts of transactions out. */
  readonly shortestRound: number;
  /** Sessions at once. */
  readonly clients: number;
  /** Whether it may write; what may not runs in sessions that cannot. */
  readonly writes: boolean;
  /** The same without some of its sorts of transactions; null where nothing is left. */
  without(kinds: ReadonlySet<string>): Workload | null;
}

/** What is committed together. */
export interface Transaction {
  readonly kind: string;
  readonly statements: readonly WorkloadStatement[];
}

export interface WorkloadStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Statements that only read, each with each of its parameter sets, one after the other and from the start again. */
export function statementWorkload(name: string, probes: readonly Probe[]): Workload {
  return turnsOf(
    name,
    probes.map((probe, at) => ({ ...probe, kind: `statement ${at + 1}` })),
  );
}

interface KnownProbe extends Probe {
  readonly kind: string;
}

function turnsOf(name: string, probes: readonly KnownProbe[]): Workload {
  const all = probes.flatMap(({ kind, sql, parameterSets }) =>
    parameterSets.map((values) => ({ kind, statements: [{ sql, values }] })),
  );
  return {
    name,
    transactions: (_seed, _client, count) =>
      Array.from({ length: count }, (_, at) => all[at % all.length]).filter((one) => one !== undefined),
    statements: probes.map(({ sql, parameterSets }) => ({ sql, values: parameterSets[0] ?? [] })),
    roundLength: all.length * MOST_TURNS,
    shortestRound: all.length,
    // Two statements at once would take turns in being the first to read a block.
    clients: 1,
    writes: false,
    without(kinds) {
      const left = probes.filter(({ kind }) => !kinds.has(kind));
      return left.length === 0 ? null : turnsOf(name, left);
    },
  };
}

const MOST_TURNS = 20;

/** One sort of transactions of a mix, and how often it comes up among all others. */
export interface Ingredient {
  readonly kind: string;
  readonly weight: number;
  readonly statements: (draw: Draw) => readonly WorkloadStatement[];
}

/** A whole number from 1 to `most`. */
export type Draw = (most: number) => number;

/** Transactions drawn by their weights. */
export function mixOf(
  ingredients: readonly Ingredient[],
  { seed, client, count }: { readonly seed: number; readonly client: number; readonly count: number },
): Transaction[] {
  const random = seededRandom(seed * 1_009 + client);
  const draw: Draw = (most) => 1 + Math.floor(random() * most);
  const total = ingredients.reduce((sum, { weight }) => sum + weight, 0);
  return Array.from({ length: count }, () => {
    let left = random() * total;
    const drawn = ingredients.find(({ weight }) => (left -= weight) < 0) ?? ingredients[0];
    return { kind: drawn?.kind ?? '', statements: drawn?.statements(draw) ?? [] };
  });
}
