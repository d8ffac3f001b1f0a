import { describe, expect, test } from 'vitest';
import { analyzeStep, createIndexStep, type SqlStep } from '../../change.ts';
import { Blocked } from '../../outcome.ts';
import { migrationsOf } from '../migration.ts';
import { drizzle } from './drizzle.ts';
import type { FileText, Migration, MigrationFolder } from './format.ts';

const NOW = new Date('2026-11-22T10:15:59.750Z');
const ORIGIN = { taskFile: 'tasks/t.md', itemId: '1.1', itemTitle: 'Slow', reason: 'slow' };
const key = { column: 'customer_id', descending: false, nullsFirst: false };
const build = (name = 'orders_idx') => createIndexStep({ schema: 'app', table: 'orders', name, keys: [key] });
const analyze = (name: string) => analyzeStep({ schema: 'app', name, columns: [{ name: 'id' }] });

const folderOf = (path: string, files: Readonly<Record<string, string>> = {}): MigrationFolder => ({
  path,
  paths: Object.keys(files),
  texts: new Map(Object.entries(files)),
});

function write(steps: readonly SqlStep[], files: Readonly<Record<string, string>> = {}): Migration[] {
  return migrationsOf({ summary: '', steps }, ORIGIN, NOW, drizzle, folderOf('drizzle', files));
}

describe('Drizzle', () => {
  const entry = (idx: number, tag: string, when = 1_700_000_000_000) => ({
    idx,
    version: '7',
    when,
    tag,
    breakpoints: true,
  });
  const journal = (...entries: readonly object[]) =>
    `${JSON.stringify({ version: '7', dialect: 'postgresql', entries }, null, 2)}\n`;
  const at = (text: string) => folderOf('drizzle', { 'meta/_journal.json': text });
  const only = (files: readonly FileText<string | null>[] | undefined) => {
    expect(files).toHaveLength(1);
    expect(files?.[0]?.path).toBe('drizzle/meta/_journal.json');
    return files?.[0]?.text ?? null;
  };

  test('numbers go on after journal and files, entries after the last one', () => {
    const text = journal(entry(0, '0000_a'), entry(1, '0001_b', NOW.getTime() + 5_000));
    const files = { 'meta/_journal.json': text, '0004_stray.sql': '' };
    const migrations = write([analyze('a'), build(), analyze('b')], files);
    expect(migrations.map(({ name }) => name)).toEqual([
      '0005_analyze_a',
      '20261122101600_orders_idx',
      '0006_analyze_b',
    ]);
    expect(only(drizzle.register?.(migrations, at(text), NOW))).toBe(
      journal(
        entry(0, '0000_a'),
        entry(1, '0001_b', NOW.getTime() + 5_000),
        entry(2, '0005_analyze_a', NOW.getTime() + 5_001),
        entry(3, '0006_analyze_b', NOW.getTime() + 5_002),
      ),
    );
  });

  test('what is entered already is not entered twice', () => {
    const migrations = write([analyze('a')]);
    const text = only(drizzle.register?.(migrations, folderOf('drizzle'), NOW));
    expect(drizzle.register?.(migrations, at(text ?? ''), NOW)).toEqual([]);
  });

  test('M14: only our entries go, and a journal of nothing else with them', () => {
    const text = journal(entry(0, '0000_a'), entry(1, '0001_ours'), entry(2, '0002_b'));
    expect(only(drizzle.withdraw?.(['0001_ours'], at(text)).shared)).toBe(
      journal(entry(0, '0000_a'), entry(2, '0002_b')),
    );
    expect(only(drizzle.withdraw?.(['0001_ours'], at(journal(entry(0, '0001_ours')))).shared)).toBeNull();
    expect(drizzle.withdraw?.(['0009_never_entered'], at(text)).shared).toEqual([]);
  });

  test.each([
    ['a journal that is none', { 'meta/_journal.json': '{"entries":[{"tag":1}]}' }],
    ['a journal that is no JSON', { 'meta/_journal.json': '<<<<<<< ours' }],
    ['the folders of version 1', { '20260101000000_a/migration.sql': '' }],
  ])('%s is a reason to stop', (_name, files) => {
    expect(() => write([analyze('a')], files)).toThrow(Blocked);
  });
});
