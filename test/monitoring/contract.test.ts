import { readdir, readFile } from 'node:fs/promises';
import { expect, inject, test } from 'vitest';
import { AREAS } from '../../src/monitoring/areas.ts';
import type { Check } from '../../src/monitoring/check.ts';
import { CHECKS } from '../../src/monitoring/checks/index.ts';
import type { AnyRow } from '../../src/monitoring/sample.ts';
import { withSession } from '../../src/pg/session.ts';
import { parseTarget } from '../../src/pg/target.ts';
import { loadParser, parseStatements } from '../../src/sql/parse.ts';
import { readChecks } from '../../src/watch/read-checks.ts';
import { PROVEN_IN } from '../support/proven-checks.ts';

const EACH = CHECKS.map((check) => [check.name, check] as const);

test('the checks are in the order of their areas, then of their names, each in the file of its name', async () => {
  const order = CHECKS.toSorted(
    (a, b) => AREAS.indexOf(a.area) - AREAS.indexOf(b.area) || (a.name < b.name ? -1 : 1),
  );
  expect(CHECKS.map(({ name }) => name)).toEqual(order.map(({ name }) => name));
  const files = await readdir(new URL('../../src/monitoring/checks/', import.meta.url));
  const named = files.filter((file) => file !== 'index.ts' && !file.endsWith('.test.ts'));
  expect(named.toSorted()).toEqual(CHECKS.map(({ name }) => `${name}.ts`).toSorted());
});

test('each check is made to fire and seen to stay silent by one file, which looks by the helper that sees to it', async () => {
  const proven = Object.values(PROVEN_IN).flat();
  expect(proven.toSorted()).toEqual(CHECKS.map(({ name }) => name).toSorted());
  for (const file of Object.keys(PROVEN_IN))
    expect(await readFile(new URL(file, import.meta.url), 'utf8')).toContain(
      "from '../support/monitoring.ts'",
    );
});

test('no metric is exported twice', () => {
  const names = CHECKS.flatMap(({ metrics }) => metrics.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

test.each(EACH)('%s describes itself', (name, check) => {
  expect(name).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/);
  expect(check.summary).not.toMatch(/\.$/);
  expect(check.advice).not.toMatch(/\.$/);
  for (const metric of check.metrics) {
    expect(metric.name).toMatch(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/);
    expect(metric.name.endsWith('_total')).toBe(metric.type === 'counter');
    for (const label of Object.keys(metric.labels)) expect(label).toMatch(/^[a-z][a-z0-9_]*$/);
  }
});

const NO_MARKS = { critical: null, direction: 'above', source: 'the check itself' } as const;

test.each(EACH)('%s has marks in the order of their direction, and says where they come from', (_, check) => {
  const { warning, critical, direction, source } = check.threshold ?? { ...NO_MARKS, warning: 0 };
  expect(source.length).toBeGreaterThan(10);
  expect(warning ?? critical).not.toBeNull();
  const apart = (critical ?? warning ?? 0) - (warning ?? critical ?? 0);
  expect(direction === 'above' ? apart : -apart).toBeGreaterThanOrEqual(0);
});

test.each(EACH)('%s asks with one statement that only reads, for each version', async (_, { sql }) => {
  await loadParser();
  const versions = sql.map(({ from }) => from);
  expect(versions.length).toBeGreaterThan(0);
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  for (const { sql: text } of sql) {
    expect(text).not.toMatch(/\$\d/);
    const statements = parseStatements(text.replaceAll('@extschema@', 'public'));
    expect(statements.map(({ tree }) => Object.keys(tree))).toEqual([['SelectStmt']]);
  }
});

test('a real server answers each as its check expects, and the answer survives a way through JSON', async () => {
  const round = await withSession(parseTarget(inject('serverUrl'), {}), 'monitor', null, (session) =>
    readChecks(session, CHECKS, { clock: () => performance.now() }),
  );
  expect(round.readings.map(({ check }) => check.name)).toEqual(CHECKS.map(({ name }) => name));
  // An extension may be absent, and a primary is no standby; nothing else is in the way of a superuser on 18.
  const unread = round.readings.filter((reading) => reading.state !== 'read');
  const surprises = unread.filter(
    ({ check: { needs }, state }) =>
      !(state === 'not-visible' && needs?.extension !== undefined) &&
      !(state === 'not-applicable' && needs?.server !== undefined),
  );
  expect(surprises.map(({ check, message }) => `${check.name}: ${message}`)).toEqual([]);
  for (const reading of round.readings) if (reading.state === 'read') expectKeepable(reading);
});

function expectKeepable({ check, rows }: { check: Check; rows: readonly AnyRow[] }): void {
  expect(check.parse(JSON.parse(JSON.stringify(rows)))).toEqual(rows);
  for (const row of rows) {
    for (const metric of check.metrics) {
      expect(typeof (metric.value(row) ?? 0)).toBe('number');
      for (const label of Object.values(metric.labels)) expect(typeof label(row)).toBe('string');
    }
  }
}
