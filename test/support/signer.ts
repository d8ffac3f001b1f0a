import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readSignersTableScript } from '../../src/approval/signers-table.ts';
import { runCli, type CliResult } from './cli.ts';
import type { TestDatabase } from './database.ts';
import { createRole } from './roles.ts';

/** Somebody who may approve, and a role for pitstop that cannot change who may. */
export interface Signer {
  /** Of the database, as a role that owns the application's tables and nothing else. */
  readonly url: string;
  /** `pitstop approve ID --sign`, in the folder of the run. */
  readonly sign: (cwd: string, id: string) => Promise<CliResult>;
}

/** Makes the list of signers in the application's database, with one person on it. */
export async function createSigner(app: TestDatabase): Promise<Signer> {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-signer-'));
  app.afterDrop(() => rm(folder, { recursive: true, force: true }));
  const key = join(folder, 'key');
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ann', '-f', key]);
  const role = await createRole(app, { grants: [`CREATE ON DATABASE ${app.name}`] });
  await app.query(`ALTER SCHEMA app OWNER TO ${role.name}`);
  for (const table of ['orders', 'lines']) await app.query(`ALTER TABLE app.${table} OWNER TO ${role.name}`);
  await app.query(await readSignersTableScript());
  await app.query('INSERT INTO pitstop_approval.allowed_signer (principal, key) VALUES ($1, $2)', [
    'ann',
    (await readFile(`${key}.pub`, 'utf8')).trim(),
  ]);
  const sign = (cwd: string, id: string) => runCli(['approve', id, '--sign', key, '--as', 'ann'], { cwd });
  return { url: role.url, sign };
}
