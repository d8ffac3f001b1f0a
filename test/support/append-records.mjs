// Appends records to the audit log of a folder, a dot for each: so many, or for ever, for a test that kills it.
import { randomUUID } from 'node:crypto';
import { openAuditLog } from '../../dist/audit/log.js';
import { loadParser } from '../../dist/sql/parse.js';

const [root, count = 'Infinity'] = process.argv.slice(2);
await loadParser();
const log = openAuditLog({
  root,
  actor: { user: 'test', pid: process.pid, terminal: false },
  runId: `run-${process.pid}`,
  now: () => new Date(),
  newLogId: randomUUID,
});
for (let n = 1; n <= Number(count); n += 1) {
  await log.append({
    event: 'reverted',
    migration: `migration-${n}`,
    reason: 'not-confirmed',
    sql: [`DROP INDEX ${'i'.repeat((n * 997) % 3000)}`],
  });
  process.stdout.write('.');
}
