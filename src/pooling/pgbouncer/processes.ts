/** What decides how many processes of PgBouncer there are. */
export interface ProcessDemand {
  /** Null where they could not be counted. */
  readonly transactionsPerSecond: number | null;
  /** Clients that are connected at the peak; null where nobody knows. */
  readonly clients: number | null;
  /** Cores of the server, beside which it may run; null where nobody knows. */
  readonly cpus: number | null;
  /** What the user says; null where that is nothing. */
  readonly wished: number | null;
}

export interface ProcessCount {
  readonly count: number;
  /** In words, for the file and for the item. */
  readonly why: string;
}

/**
 * PgBouncer works on one core. Of that, a transaction of one short statement took 22 to 29 µs and a login 0.2 to 0.3 ms
 * (1.18, no TLS, on two cores; `bench/pooler-cost.ts`): half a core bears 20,000 transactions a second, and brings back
 * 10,000 clients that all lost their connection in five seconds, half of what `pool.ts` waits for a connection.
 */
const TRANSACTIONS_OF_A_PROCESS = 20_000;
const CLIENTS_OF_A_PROCESS = 10_000;

/** Of the server's cores, for a PgBouncer that runs beside it: a threshold of ours. */
const SHARE_OF_CORES = 1 / 4;

/** As many as load and clients ask for and the cores allow; one more costs a core and splits the pool once more. */
export function processesFor({ transactionsPerSecond, clients, cpus, wished }: ProcessDemand): ProcessCount {
  if (wished !== null) return { count: wished, why: 'as pgbouncer.processes of the configuration says' };
  const wanted = Math.max(
    1,
    Math.ceil((transactionsPerSecond ?? 0) / TRANSACTIONS_OF_A_PROCESS),
    Math.ceil((clients ?? 0) / CLIENTS_OF_A_PROCESS),
  );
  const most = cpus === null ? wanted : Math.max(1, Math.floor(cpus * SHARE_OF_CORES));
  const load = `${seen(transactionsPerSecond)} and ${expected(clients)}; with half of its core each bears ${count(TRANSACTIONS_OF_A_PROCESS)} and ${count(CLIENTS_OF_A_PROCESS)}`;
  if (wanted <= most) return { count: wanted, why: load };
  return {
    count: most,
    why: `${load}. That would be ${wanted}, and a quarter of the server's ${cpus} cores bears ${most}: on a machine of its own let pgbouncer.processes say ${wanted}`,
  };
}

function seen(transactionsPerSecond: number | null): string {
  return transactionsPerSecond === null
    ? 'transactions could not be counted'
    : seenWords(Math.round(transactionsPerSecond));
}

function expected(clients: number | null): string {
  return clients === null ? 'nobody named clients' : `${count(clients)} clients are expected`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function seenWords(transactions: number): string {
  return transactions === 1
    ? '1 transaction a second was seen'
    : `${count(transactions)} transactions a second were seen`;
}
