import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test as base } from 'vitest';
import { approvalFiles, payloadOf, payloadText, type Approved } from '../../src/approval/payload.ts';
import type { ApprovalRequest } from '../../src/gate/request.ts';
import { runCli } from '../support/cli.ts';
import { createTestDatabase } from '../support/database.ts';
import {
  allow,
  call,
  createGatedApp,
  createKey,
  gatedFixture,
  gatedItem,
  gatedWorkspace,
  requestOf,
  type GatedApp,
} from '../support/gated.ts';
import { finished } from '../support/run.ts';
import { TASK_FILE } from '../support/task-file.ts';
import type { Workspace } from '../support/workspace.ts';

const test = base.extend(gatedFixture);
const ALICE = 'alice@example.com';
const HOUR_MS = 3_600_000;
/** Can be done again and again, which is what an approval must not be used for. */
const RAISE = gatedItem('1.1', 'UPDATE app.lines SET amount = amount + 1', 'Raise the amounts');
const DROP_INDEX = gatedItem('1.2', 'DROP INDEX app.lines_sku_idx', 'Drop the index');

const approvalPaths = (id: string) => {
  const { payload, signature } = approvalFiles(id);
  return { payload: `.pitstop/approvals/${payload}`, signature: `.pitstop/approvals/${signature}` };
};

/** A key whose owner the administrator of the database lets approve. */
async function keyOfAlice(...apps: readonly GatedApp[]) {
  const key = await createKey();
  for (const app of apps) await allow(app, ALICE, key.publicKey);
  return key;
}

function sign({ path }: Workspace, id: string, keyPath: string, ...args: readonly string[]) {
  return runCli(['approve', id, '--sign', keyPath, '--as', ALICE, '--json', ...args], { cwd: path });
}

async function readRequest(workspace: Workspace, id: string): Promise<ApprovalRequest> {
  return JSON.parse(await workspace.read(`.pitstop/requests/${id}.json`)) as ApprovalRequest;
}

/** An approval as no `pitstop approve` writes it, with a good signature. */
async function signByHand(
  workspace: Workspace,
  request: ApprovalRequest,
  keyPath: string,
  given: Partial<Approved> & { readonly issued?: Date; readonly validMs?: number } = {},
): Promise<void> {
  const { issued = new Date(), validMs, ...other } = given;
  const { id, sha256: requestSha256, environment, target, state } = request;
  const payload = payloadText(
    payloadOf(
      { request: id, requestSha256, environment, target, state, ...other },
      { approval: randomUUID(), approver: ALICE, issued, validMs },
    ),
  );
  const signature = execFileSync(
    'ssh-keygen',
    ['-q', '-Y', 'sign', '-n', 'pitstop-approval@v1', '-f', keyPath],
    { input: payload, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const paths = approvalPaths(id);
  await workspace.write(paths.payload, payload);
  await workspace.write(paths.signature, signature);
}

/** Another working copy, with everything that lies in this one. */
async function copyOf({ path }: Workspace): Promise<{ path: string }> {
  const copy = await realpath(await mkdtemp(join(tmpdir(), 'pitstop-copy-')));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  await cp(path, copy, { recursive: true });
  return { path: copy };
}

const runIn = ({ path }: { path: string }, app: GatedApp, url = app.role.url) =>
  call({ path } as Workspace, url, ['run', TASK_FILE]);

describe('a signed approval', () => {
  test('lets exactly its change through, once; plain ssh-keygen verifies it', async ({ app }) => {
    const key = await keyOfAlice(app);
    const workspace = await gatedWorkspace([RAISE, DROP_INDEX]);
    const id = await requestOf(workspace, app.role.url, '1.1');
    const before = await sumOf(app);
    const signed = await sign(workspace, id, key.path);
    expect({ is: signed.code, shown: signed.stdout + signed.stderr }).toMatchObject({ is: 0 });
    expect(JSON.parse(signed.stdout)).toMatchObject({ request: id, approver: ALICE, ...approvalPaths(id) });
    const paths = approvalPaths(id);
    await workspace.write('signers', `${ALICE} ${key.publicKey}\n`);
    expect(
      execFileSync(
        'ssh-keygen',
        ['-Y', 'verify', '-n', 'pitstop-approval@v1', '-I', ALICE, '-f', 'signers', '-s', paths.signature],
        { cwd: workspace.path, input: await workspace.read(paths.payload), encoding: 'utf8' },
      ),
    ).toContain('Good "pitstop-approval@v1" signature');

    const [first, second] = [await copyOf(workspace), await copyOf(workspace)];
    const [one, other] = await Promise.all([runIn(first, app), runIn(second, app)]);
    expect([one.code, other.code]).toEqual([4, 4]);
    expect(await sumOf(app)).toBe(before + 200);
    // One has applied it; the other finds that very migration in force.
    for (const result of [one, other])
      expect(finished(result).items[0]).toMatchObject({ outcome: 'applied' });
    expect(await app.query(`SELECT state FROM pitstop.migration`)).toEqual([{ state: 'applied' }]);
    expect(await app.query(`SELECT to_regclass('app.lines_sku_idx')::text AS index`)).toEqual([
      { index: 'app.lines_sku_idx' },
    ]);

    for (const { path } of [first, second]) {
      const text = await readFile(join(path, TASK_FILE), 'utf8');
      expect(text).toMatch(/^- \[x\] 1\.1/m);
      expect(text).toMatch(/^- \[!\] 1\.2/m);
      expect(text).toMatch(new RegExp(`request \`${id}\`, approved by ${ALICE} \\(SSH signature, `));
    }
    expect(await app.query('SELECT approver, method, payload, signature FROM pitstop.approval_use')).toEqual([
      {
        approver: ALICE,
        method: 'ssh',
        payload: await workspace.read(paths.payload),
        signature: await workspace.read(paths.signature),
      },
    ]);

    // Taken back by hand, it is asked for anew: the same approval does not do it again.
    await app.query(`UPDATE pitstop.migration SET state = 'reverted'`);
    const replay = await runIn(workspace, app);
    expect(finished(replay).items[0]).toMatchObject({ request: id, reason: { code: 'approval-used' } });
    expect(await sumOf(app)).toBe(before + 200);
    expect(await workspace.read(TASK_FILE)).toMatch(/waits for a person: its approval was used already/);
  });

  test('for an index does not drop the next one of its name', async ({ app }) => {
    const key = await keyOfAlice(app);
    const workspace = await gatedWorkspace([DROP_INDEX]);
    const id = await requestOf(workspace, app.role.url, '1.2');
    expect((await sign(workspace, id, key.path)).code).toBe(0);
    const copy = await copyOf(workspace);
    const dropped = await runIn(workspace, app);
    expect({ is: dropped.code, shown: dropped.stdout }).toMatchObject({ is: 0 });
    await app.query('CREATE INDEX lines_sku_idx ON app.lines (sku)');
    const replay = await runIn(copy, app);
    const [item] = finished(replay).items;
    expect(item).toMatchObject({ outcome: 'awaiting-approval', reason: { code: 'approval-needed' } });
    expect(item?.request).not.toBe(id);
    expect(await app.query(`SELECT to_regclass('app.lines_sku_idx')::text AS index`)).toEqual([
      { index: 'app.lines_sku_idx' },
    ]);
  });
});

describe('no approval is', () => {
  test('what is not signed, for this, here and now, by somebody on a list that is out of reach', async ({
    app,
  }) => {
    const key = await keyOfAlice(app);
    const stranger = await createKey();
    const workspace = await gatedWorkspace([RAISE]);
    const id = await requestOf(workspace, app.role.url, '1.1');
    const request = await readRequest(workspace, id);
    const paths = approvalPaths(id);
    const before = await sumOf(app);
    const now = Date.now();
    const edit = async (path: string, from: string | RegExp, to: string) => {
      await signByHand(workspace, request, key.path);
      const text = await workspace.read(path);
      expect(text.replace(from, to)).not.toBe(text);
      await workspace.write(path, text.replace(from, to));
    };
    const { target } = request;
    const cases: readonly [code: string, make: () => Promise<void>][] = [
      ['approval-signature-invalid', () => edit(paths.payload, /("expires":"2)./, '$19')],
      ['approval-unreadable', () => edit(paths.payload, /\}$/, '} ')],
      ['approval-signature-invalid', () => edit(paths.signature, /\n(.{20})[A-Z]/i, '\n$1+')],
      ['approval-unreadable', () => edit(paths.payload, /^[^]*$/, 'approved')],
      ['approver-not-allowed', () => signByHand(workspace, request, stranger.path)],
      ['approval-other-environment', () => signByHand(workspace, request, key.path, { environment: 'test' })],
      [
        'approval-other-target',
        () =>
          signByHand(workspace, request, key.path, {
            target: { ...target, databaseOid: target.databaseOid + 1 },
          }),
      ],
      [
        'approval-other-request',
        () => signByHand(workspace, request, key.path, { requestSha256: 'a'.repeat(64) }),
      ],
      ['approval-stale', () => signByHand(workspace, request, key.path, { state: 'b'.repeat(64) })],
      [
        'approval-expired',
        () =>
          signByHand(workspace, request, key.path, { issued: new Date(now - 2 * HOUR_MS), validMs: HOUR_MS }),
      ],
      [
        'approval-not-yet-valid',
        () => signByHand(workspace, request, key.path, { issued: new Date(now + HOUR_MS) }),
      ],
      ['approval-too-long', () => signByHand(workspace, request, key.path, { validMs: 30 * 24 * HOUR_MS })],
    ];
    for (const [code, make] of cases) {
      await make();
      const result = await runIn(workspace, app);
      expect(result.code).toBe(4);
      expect(finished(result).items[0]).toMatchObject({ request: id, reason: { code } });
      expect(await workspace.read(TASK_FILE)).toMatch(
        new RegExp(
          `^- \\[!\\] 1\\.1[^]*\\*\\*Approval\\*\\*: request \`${id}\` waits .*\\(\`${code}\`\\)$`,
          'm',
        ),
      );
    }
    await app.query(`GRANT INSERT ON pitstop_approval.allowed_signer TO ${app.role.name}`);
    await signByHand(workspace, request, key.path);
    expect(finished(await runIn(workspace, app)).items[0]).toMatchObject({
      reason: { code: 'no-signers', message: expect.stringContaining('may write the table') },
    });
    await app.query(`REVOKE INSERT ON pitstop_approval.allowed_signer FROM ${app.role.name}`);

    // The file is neither applied nor overwritten.
    const [file] = request.files;
    const migration = await workspace.read(file?.path ?? '');
    await workspace.write(file?.path ?? '', migration.replace('+ 1', '+ 2'));
    expect(finished(await runIn(workspace, app)).items[0]).toMatchObject({
      reason: { code: 'migration-changed' },
    });
    expect(await workspace.read(file?.path ?? '')).toContain('+ 2');
    await workspace.write(file?.path ?? '', migration);

    await app.query('ALTER TABLE app.lines ADD COLUMN late integer');
    expect(finished(await runIn(workspace, app)).items[0]).toMatchObject({
      reason: { code: 'approval-stale' },
    });
    expect(await sumOf(app)).toBe(before);
    expect(await app.query(`SELECT to_regnamespace('pitstop') AS ledger`)).toEqual([{ ledger: null }]);

    // Whoever looks again may approve again.
    await sign(workspace, id, key.path);
    expect((await runIn(workspace, app)).code).toBe(0);
    expect(await sumOf(app)).toBe(before + 200);
  });

  test('one for a copy of the database, or of a role that can do everything', async ({ app }) => {
    const key = await keyOfAlice(app);
    const workspace = await gatedWorkspace([RAISE]);
    const id = await requestOf(workspace, app.role.url, '1.1');
    expect((await sign(workspace, id, key.path)).code).toBe(0);
    await app.expectNoLeaks();
    const copy = await createTestDatabase({ template: app.name });
    try {
      await copy.query(`GRANT CREATE ON DATABASE ${copy.name} TO ${app.role.name}`);
      const url = new URL(app.role.url);
      url.pathname = `/${copy.name}`;
      const there = finished(await runIn(workspace, app, url.href)).items[0];
      expect(there).toMatchObject({ outcome: 'awaiting-approval', reason: { code: 'approval-needed' } });
      expect(there?.request).not.toBe(id);
      const [from, to] = [approvalPaths(id), approvalPaths(String(there?.request))];
      await workspace.write(to.payload, await workspace.read(from.payload));
      await workspace.write(to.signature, await workspace.read(from.signature));
      expect(finished(await runIn(workspace, app, url.href)).items[0]).toMatchObject({
        reason: { code: 'approval-other-request' },
      });
      expect(await copy.query(`SELECT to_regnamespace('pitstop') AS ledger`)).toEqual([{ ledger: null }]);
    } finally {
      await copy.drop();
    }
    const asSuperuser = await requestOf(workspace, app.url, '1.1');
    expect((await sign(workspace, asSuperuser, key.path)).code).toBe(0);
    expect(finished(await runIn(workspace, app, app.url)).items[0]).toMatchObject({
      reason: { code: 'no-signers', message: expect.stringContaining('can change everything') },
    });
  });
});

describe('by name', () => {
  test('development first, then production: each with a signature of its own', async ({ app }) => {
    const production = await createGatedApp();
    try {
      const key = await keyOfAlice(app, production);
      const name = '20260101000000_drop_sku';
      const workspace = await gatedWorkspace([], {
        [`migrations/${name}.up.sql`]: 'DROP INDEX CONCURRENTLY app.lines_sku_idx;\n',
        [`migrations/${name}.down.sql`]: 'CREATE INDEX CONCURRENTLY lines_sku_idx ON app.lines (sku);\n',
      });
      const apply = async (target: GatedApp, environment: string) => {
        const result = await call(workspace, target.role.url, ['apply', name], environment);
        const { migrations } = JSON.parse(result.stdout) as { migrations: Record<string, unknown>[] };
        return { code: result.code, ...migrations[0] } as { code: number; result: string; request: string };
      };
      const signs = async (id: string) => {
        const signed = await sign(workspace, id, key.path);
        expect({ is: signed.code, shown: signed.stdout }).toMatchObject({ is: 0 });
      };
      const asked = await apply(app, 'development');
      expect(asked).toMatchObject({ code: 4, result: 'awaiting-approval' });
      await signs(asked.request);
      expect(await apply(app, 'development')).toMatchObject({
        code: 0,
        result: 'applied',
        reason: { message: `done, approved by ${ALICE}` },
      });
      const there = await apply(production, 'production');
      expect(there).toMatchObject({ code: 4, result: 'awaiting-approval' });
      expect(await readRequest(workspace, there.request)).toMatchObject({
        appliedBefore: [expect.stringMatching(`^development, database ${app.name}, \\d{4}-`)],
      });
      const tooLong = await sign(workspace, there.request, key.path, '--valid-for', '2d');
      expect(tooLong.code === 2 || (await apply(production, 'production')).code === 4).toBe(true);
      await signs(there.request);
      expect(await apply(production, 'production')).toMatchObject({ code: 0, result: 'applied' });
      expect(await production.query(`SELECT to_regclass('app.lines_sku_idx') AS index`)).toEqual([
        { index: null },
      ]);
      expect(await apply(production, 'production')).toMatchObject({
        code: 0,
        reason: { code: 'already-applied' },
      });
    } finally {
      await production.drop();
    }
  });
});

async function sumOf(app: GatedApp): Promise<number> {
  const [row] = await app.query('SELECT sum(amount)::int AS sum FROM app.lines');
  return Number(row?.['sum']);
}
