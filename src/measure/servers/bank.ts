import { mixOf, type Draw, type Ingredient, type Workload, type WorkloadStatement } from './workload.ts';

/** The sizes of the built-in data. */
export interface BankSize {
  readonly accounts: number;
  readonly branches: number;
  readonly tellers: number;
  /** Past entries; each transaction adds one. */
  readonly history: number;
}

/** What its workload is called where somebody reads of it. */
export const BUILT_IN_NAME = 'the built-in mix';

/** About 35 MB: less than any server's shared memory, more than its `work_mem`. */
export const BANK: BankSize = { accounts: 150_000, branches: 20, tellers: 200, history: 60_000 };

/**
 * The tables of a bank, as TPC-B has them, with a history that can be searched. By the same numbers on every server: no
 * random source is asked.
 */
export function bankSchema({ accounts, branches, tellers, history }: BankSize): string[] {
  return [
    `CREATE TABLE branches (id int PRIMARY KEY, name text NOT NULL, balance bigint NOT NULL)`,
    `CREATE TABLE tellers (id int PRIMARY KEY, branch_id int NOT NULL, balance bigint NOT NULL)`,
    `CREATE TABLE accounts (id int PRIMARY KEY, branch_id int NOT NULL, balance bigint NOT NULL, owner text NOT NULL,
       filler text NOT NULL)`,
    `CREATE TABLE history (id bigint GENERATED ALWAYS AS IDENTITY, account_id int NOT NULL, teller_id int NOT NULL,
       branch_id int NOT NULL, amount int NOT NULL, note text NOT NULL)`,
    `INSERT INTO branches SELECT i, 'branch ' || i, 0 FROM generate_series(1, ${branches}) AS i`,
    `INSERT INTO tellers SELECT i, 1 + i % ${branches}, 0 FROM generate_series(1, ${tellers}) AS i`,
    `INSERT INTO accounts SELECT i, 1 + i % ${branches}, (i::bigint * 7919) % 100000, md5(i::text), repeat('x', 84)
       FROM generate_series(1, ${accounts}) AS i`,
    `INSERT INTO history (account_id, teller_id, branch_id, amount, note)
       SELECT 1 + (i::bigint * 104729) % ${accounts}, 1 + i % ${tellers}, 1 + i % ${branches}, i % 500 - 250, md5(i::text)
         FROM generate_series(1, ${history}) AS i`,
    `CREATE INDEX ON history (account_id, id)`,
    `CREATE INDEX ON accounts (branch_id)`,
  ];
}

/** Reads by key, a page of history, the transfer of TPC-B, the totals of branches, and a median, which has to sort. */
export function bankWorkload(size: BankSize): Workload {
  return bankOf(ingredientsOf(size));
}

function bankOf(ingredients: readonly Ingredient[]): Workload {
  return {
    name: BUILT_IN_NAME,
    transactions: (seed, client, count) => mixOf(ingredients, { seed, client, count }),
    statements: ingredients.flatMap(({ statements }) => [...statements(() => 1)]),
    roundLength: 600,
    shortestRound: 100,
    clients: 2,
    writes: true,
    without(kinds) {
      const left = ingredients.filter(({ kind }) => !kinds.has(kind));
      return left.length === 0 ? null : bankOf(left);
    },
  };
}

function ingredientsOf(size: BankSize): Ingredient[] {
  return [
    { kind: 'account', weight: 45, statements: (draw) => [readAccount(draw(size.accounts))] },
    {
      kind: 'history',
      weight: 12,
      statements: (draw) => [
        {
          sql: 'SELECT id, amount, note FROM history WHERE account_id = $1 ORDER BY id DESC LIMIT 20',
          values: [draw(size.accounts)],
        },
      ],
    },
    { kind: 'transfer', weight: 40, statements: (draw) => transfer(size, draw) },
    {
      kind: 'branches',
      weight: 2,
      statements: (draw) => [
        {
          sql: `SELECT b.name, count(*) AS entries, sum(h.amount) AS turnover
                  FROM branches b JOIN tellers t ON t.branch_id = b.id JOIN history h ON h.teller_id = t.id
                 WHERE b.id = $1 GROUP BY b.name`,
          values: [draw(size.branches)],
        },
      ],
    },
    {
      kind: 'median',
      weight: 1,
      statements: () => [
        {
          sql: `SELECT branch_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY balance) AS median, count(DISTINCT owner) AS owners
                  FROM accounts GROUP BY branch_id`,
          values: [],
        },
      ],
    },
  ];
}

function readAccount(id: number): WorkloadStatement {
  return { sql: 'SELECT balance, owner FROM accounts WHERE id = $1', values: [id] };
}

/** The tables in the same order each time: two clients never wait for each other in a circle. */
function transfer({ accounts, tellers, branches }: BankSize, draw: Draw): WorkloadStatement[] {
  const [account, teller, branch, amount] = [draw(accounts), draw(tellers), draw(branches), draw(500) - 250];
  return [
    { sql: 'UPDATE accounts SET balance = balance + $1 WHERE id = $2', values: [amount, account] },
    readAccount(account),
    { sql: 'UPDATE tellers SET balance = balance + $1 WHERE id = $2', values: [amount, teller] },
    { sql: 'UPDATE branches SET balance = balance + $1 WHERE id = $2', values: [amount, branch] },
    {
      sql: `INSERT INTO history (account_id, teller_id, branch_id, amount, note) VALUES ($1, $2, $3, $4, 'transfer')`,
      values: [account, teller, branch, amount],
    },
  ];
}
