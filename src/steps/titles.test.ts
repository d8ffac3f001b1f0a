import { beforeAll, expect, test } from 'vitest';
import { loadParser } from '../sql/parse.ts';
import { inputFields } from '../task/input.ts';
import { parseTaskFile } from '../task/parse.ts';
import { recognise } from './registry.ts';

beforeAll(loadParser);

/** What an item with nothing but a title is taken for. */
function kindOf(title: string): string {
  const [item] = parseTaskFile(`- [ ] 1.1 ${title}\n`).items;
  if (item === undefined) throw new Error(`no item: ${title}`);
  const recognition = recognise(inputFields(item));
  return recognition.result === 'kind' ? recognition.kind.kind : recognition.result;
}

test.each([
  ['Tune PostgreSQL for the 16 GB / SSD server', 'config'],
  ['Optimize PostgreSQL configuration for production workload', 'config'],
  ['Configure PostgreSQL memory settings', 'config'],
  ['Increase shared_buffers and work_mem', 'config'],
  ['Review postgresql.conf', 'config'],
  ['Adjust database server parameters for NVMe', 'config'],
  ['Set parallelVacuumMinWorkers', 'config'],
  ['Connections run out at peak', 'pool'],
  ['Fix "too many clients" errors', 'pool'],
  ['Optimize connection pool configuration', 'pool'],
  ['Set up PgBouncer', 'pool'],
  ['Tune the database connection pool size', 'pool'],
  ['Set up slow-query monitoring', 'monitoring'],
  ['Enable pg_stat_statements', 'monitoring'],
  ['Configure alerts for PostgreSQL replication lag', 'monitoring'],
  ['Set up database performance monitoring and alerting', 'monitoring'],
  ['Add slow query logging', 'monitoring'],
])('T66: %s: %s', (title, kind) => {
  expect(kindOf(title)).toBe(kind);
});

test.each([
  'Discuss server memory with the team',
  'Talk about monitoring',
  'Create performance analytics dashboard component',
  'Add comprehensive monitoring system tests',
  'Configure linting and formatting tools',
  'Configure error handling and logging infrastructure',
  'Update environment configuration management',
  'Set up monitoring and analytics',
  'Review the thread pool of the importer',
  'Document the memory model',
])('%s: nothing of ours', (title) => {
  expect(kindOf(title)).toBe('not-ours');
});
