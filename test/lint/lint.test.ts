import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { analyzeStep, createIndexStep, dropIndexStep } from '../../src/change.ts';
import { NO_FACTS } from '../../src/lint/facts.ts';
import { lint } from '../../src/lint/lint.ts';
import { RULES } from '../../src/lint/rules/index.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { CAUTIOUS, EXACT } from './statements.ts';

beforeAll(() => loadParser());

test('no rule throws, whatever stands together', () => {
  const text = fc.array(fc.constantFrom(...EXACT, ...CAUTIOUS, 'BEGIN', 'COMMIT', 'ROLLBACK'), {
    maxLength: 12,
  });
  const context = fc.record({
    inTransaction: fc.constantFrom(true, false, null),
    runner: fc.constantFrom('pitstop' as const, 'unknown' as const),
    facts: fc.constant(NO_FACTS),
  });
  fc.assert(
    fc.property(text, context, (statements, how) => {
      const linted = lint(parseStatements(statements.join(';\n')), how);
      expect(linted).toHaveLength(statements.length);
      const findings = linted.flatMap((statement) => statement.findings);
      expect(findings.filter(({ message, instead }) => message === '' || instead === '')).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('what is written alone is found among others too, unless the text made it harmless', () => {
  fc.assert(
    fc.property(fc.constantFrom(...EXACT), fc.constantFrom(...EXACT), (first, second) => {
      const named = (sql: string) =>
        lint(parseStatements(sql))
          .at(-1)!
          .findings.map(({ rule }) => rule);
      const together = named(`COMMENT ON DATABASE d IS '${first.replaceAll("'", "''")}'; ${second}`);
      expect(together).toEqual(expect.arrayContaining(named(second)));
    }),
  );
});

test('comments silence nothing', () => {
  for (const sql of EXACT) {
    const plain = lint(parseStatements(sql));
    const commented = `-- squawk-ignore\n/* eugene: ignore E1 atlas:nolint */ ${sql} -- lint:ignore`;
    expect(lint(parseStatements(commented))[0]?.findings).toEqual(plain[0]?.findings);
  }
});

test('what pitstop writes itself is clean where pitstop runs it', () => {
  const table = { schema: 'shop', name: 'orders', columns: [{ name: 'id' }, { name: 'Total' }] };
  const index = {
    schema: 'shop',
    table: 'orders',
    name: 'orders_created_at_idx',
    keys: [{ column: 'created_at', descending: true, nullsFirst: false }],
  };
  const steps = [
    createIndexStep(index),
    analyzeStep(table),
    dropIndexStep({
      ...index,
      oid: 16_400,
      definition: 'CREATE UNIQUE INDEX i ON shop.orders USING btree (created_at)',
    }),
  ];
  for (const { up, down, transactional } of steps) {
    for (const sql of [up, ...(down === null ? [] : [down])]) {
      const context = { inTransaction: transactional, runner: 'pitstop', facts: NO_FACTS } as const;
      expect(lint(parseStatements(sql), context).flatMap(({ findings }) => findings)).toEqual([]);
    }
  }
});

test('docs/formats.md lists every rule with its summary, in the order of the findings', async () => {
  const page = await readFile(new URL('../../docs/formats.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('| rule | finds |\n|---|---|\n');
  const rows = table.split('\n\n')[0]?.split('\n');
  expect(rows).toEqual(RULES.map(({ name, summary }) => `| \`${name}\` | ${summary} |`));
});
