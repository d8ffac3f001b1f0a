import { describe, expect, test } from 'vitest';
import { createIndexStep, type SqlStep } from '../../change.ts';
import { migrationsOf } from '../migration.ts';
import type { Migration, MigrationFolder } from './format.ts';
import { graphileMigrate } from './graphile-migrate.ts';

const NOW = new Date('2026-11-22T10:15:59.750Z');
const ORIGIN = { taskFile: 'tasks/t.md', itemId: '1.1', itemTitle: 'Slow', reason: 'slow' };
const key = { column: 'customer_id', descending: false, nullsFirst: false };
const build = (name = 'orders_idx') => createIndexStep({ schema: 'app', table: 'orders', name, keys: [key] });

const folderOf = (path: string, files: Readonly<Record<string, string>> = {}): MigrationFolder => ({
  path,
  paths: Object.keys(files),
  texts: new Map(Object.entries(files)),
});

function write(steps: readonly SqlStep[], files: Readonly<Record<string, string>> = {}): Migration[] {
  return migrationsOf({ summary: '', steps }, ORIGIN, NOW, graphileMigrate, folderOf('migrations', files));
}

describe('graphile-migrate', () => {
  const last = { 'committed/000010.sql': '--! Previous: x\n--! Hash: sha1:abc\n\nSELECT 1;\n' };

  test('chains to the last one there, and its own to each other', () => {
    const [first, second] = write([build('one'), build('two')], last);
    expect(first?.upText.startsWith('--! Previous: sha1:abc\n')).toBe(true);
    const hash = /^--! Hash: (.*)$/m.exec(first?.upText ?? '')?.[1];
    expect(second?.upText.startsWith(`--! Previous: ${hash}\n`)).toBe(true);
  });

  test('a last one without a hash is a reason to stop', () => {
    expect(() => write([build()], { 'committed/000010.sql': 'SELECT 1' })).toThrow(/000010\.sql has no hash/);
  });

  test('M14: a migration that another builds on stays', () => {
    const folder = folderOf('migrations', {
      'committed/000001-ours.sql': '',
      'committed/000002-theirs.sql': '',
      'committed/000003-ours_too.sql': '',
    });
    const withdrawal = graphileMigrate.withdraw?.(['000001-ours', '000003-ours_too'], folder);
    expect([...(withdrawal?.names ?? [])]).toEqual(['000003-ours_too']);
  });
});
