import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { payloadOf, payloadText } from '../../src/approval/payload.ts';
import { signApproval } from '../../src/approval/sign.ts';
import { readSignersTableScript } from '../../src/approval/signers-table.ts';
import { readRequestFile } from '../../src/pipeline/request-files.ts';
import { approvalPaths } from '../../src/pipeline/signed-approval.ts';
import type { TestDatabase } from './database.ts';
import { createRole } from './roles.ts';
import type { Workspace } from './workspace.ts';

const execute = promisify(execFile);
let key: Promise<string> | undefined;

/** The path of alice's private key, made for this test file. */
function keyOfAlice(): Promise<string> {
  key ??= createKey();
  return key;
}

async function createKey(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pitstop-approver-'));
  const path = join(folder, 'alice');
  await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'alice', '-f', path]);
  return path;
}

afterAll(async () => {
  if (key !== undefined) await rm(join(await key, '..'), { recursive: true });
});

/**
 * Has the database as a company has it: the application's tables belong to a role of few rights, which pitstop connects
 * as, and alice is pinned as the one who may approve. The role's URL.
 */
export async function pinAlice(app: TestDatabase): Promise<string> {
  const role = await createRole(app, { grants: [`CREATE ON DATABASE ${app.name}`] });
  await app.query(`ALTER SCHEMA app OWNER TO ${role.name};
    ALTER TABLE app.orders OWNER TO ${role.name}; ALTER TABLE app.lines OWNER TO ${role.name}`);
  await app.query(await readSignersTableScript());
  const publicKey = await readFile(`${await keyOfAlice()}.pub`, 'utf8');
  await app.query('INSERT INTO pitstop_approval.allowed_signer (principal, key) VALUES ($1, $2)', [
    'alice',
    publicKey.trim(),
  ]);
  return role.url;
}

/** Alice signs the one request that waits in a working copy. */
export async function signAsAlice({ path, write }: Workspace): Promise<void> {
  const [name = ''] = await readdir(join(path, '.pitstop/requests'));
  const request = await readRequestFile(path, name.replace('.json', ''));
  if (request === null) throw new Error(`${name} is no request`);
  const { id, sha256: requestSha256, environment, target, state } = request;
  const approved = { request: id, requestSha256, environment, target, state };
  const text = payloadText(
    payloadOf(approved, { approval: randomUUID(), approver: 'alice', issued: new Date() }),
  );
  const paths = approvalPaths(id);
  await write(paths.signature, await signApproval(text, await keyOfAlice(), { env: {}, attended: false }));
  await write(paths.payload, text);
}
