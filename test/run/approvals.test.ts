import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { describe, expect, test as base } from 'vitest';
import { runCli } from '../support/cli.ts';
import { call, gatedFixture, gatedItem, gatedWorkspace, requestOf, type GatedApp } from '../support/gated.ts';
import { finished } from '../support/run.ts';
import { TASK_FILE, queryItem } from '../support/task-file.ts';
import { CTRL_C, CTRL_D, ENTER, runAtTerminal, type TerminalOptions } from '../support/terminal.ts';
import type { Workspace } from '../support/workspace.ts';

const test = base.extend(gatedFixture);
const DROP_INDEX = gatedItem('1.1', 'DROP INDEX app.lines_sku_idx', 'Drop the index nobody uses');
const DROP_TABLE = gatedItem('1.2', 'DROP TABLE app.lines CASCADE', 'Drop the lines');
const USER = userInfo().username;

const on = (app: GatedApp, environment = 'development') => [
  '--database-url',
  app.role.url,
  '--environment',
  environment,
];

function approve(
  { path }: Workspace,
  app: GatedApp,
  id: string,
  options: Omit<TerminalOptions, 'cwd'> = {},
  environment = 'development',
) {
  return runAtTerminal(['approve', id, ...on(app, environment)], { cwd: path, ...options });
}

async function requestsOf(workspace: Workspace): Promise<Record<string, unknown>[]> {
  const { stdout } = await runCli(['requests', '--json'], { cwd: workspace.path });
  return (JSON.parse(stdout) as { requests: Record<string, unknown>[] }).requests;
}

/** What is left in the database of the gated items' objects, and of the ledger. */
async function stateOf(app: GatedApp): Promise<unknown> {
  const [state] = await app.query(
    `SELECT to_regclass('app.lines')::text AS lines, to_regclass('app.lines_sku_idx')::text AS index,
            to_regnamespace('pitstop')::text AS ledger`,
  );
  return state;
}

const UNTOUCHED = { lines: 'app.lines', index: 'app.lines_sku_idx', ledger: null };

describe('a gated item', () => {
  test('waits: marker, fields, request file, event and exit code say so, and the request is shown whole', async ({
    app,
  }) => {
    await app.query('CREATE VIEW app.skus AS SELECT DISTINCT sku FROM app.lines');
    const workspace = await gatedWorkspace([DROP_INDEX, DROP_TABLE]);
    const result = await call(workspace, app.role.url, ['run', TASK_FILE]);
    expect(result.code).toBe(4);
    const [first, second] = finished(result).items.map(({ request }) => String(request));
    const events = result.events.filter(({ type }) => type === 'approval-required');
    expect(events).toMatchObject([
      { id: '1.1', request: first, statements: ['DROP INDEX CONCURRENTLY app.lines_sku_idx'] },
      { id: '1.2', request: second, statements: ['DROP TABLE app.lines CASCADE'] },
    ]);
    expect(await stateOf(app)).toEqual(UNTOUCHED);
    const text = await workspace.read(TASK_FILE);
    expect(text.match(/^- \[!\] 1\.[12]/gm)).toHaveLength(2);
    expect(text).toContain(`**Approval**: request \`${first}\` waits for a person\n`);
    expect(JSON.parse(await workspace.read(String(events[0]?.['path'])))).toMatchObject({ id: first });

    expect(await requestsOf(workspace)).toMatchObject(
      [
        { id: first, stands: 'waiting', item: { id: '1.1' } },
        { id: second, stands: 'waiting', item: { id: '1.2' } },
      ].toSorted((a, b) => String(a.id).localeCompare(String(b.id))),
    );
    const shown = await runCli(['show', String(second)], { cwd: workspace.path });
    for (const line of [
      `request ${second}: DROP TABLE app.lines CASCADE`,
      `  target       database ${app.name} on 127.0.0.1 port `,
      `, as role ${app.role.name}`,
      '  statements   1, of which 1 need an approval',
      '    1. DROP TABLE app.lines CASCADE',
      '  effect       removes table app.lines (about 200 rows,',
      '  effect       CASCADE also removes 1 view: app.skus',
      '  effect       takes ACCESS EXCLUSIVE on app.lines: blocks reads and writes;',
    ])
      expect(shown.stdout).toContain(line);
  });

  test('without a terminal is approved by nobody: exit 4, with the request as the answer', async ({
    app,
  }) => {
    const workspace = await gatedWorkspace([DROP_INDEX]);
    const id = await requestOf(workspace, app.role.url, '1.1');
    const asJson = await runCli(['approve', id, '--json', ...on(app)], {
      cwd: workspace.path,
      input: `app.lines_sku_idx ${id.slice(0, 8)}\n`,
    });
    expect(asJson.code).toBe(4);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      status: 'approval-required',
      request: { id },
      error: { code: 'approval-needed', hint: expect.stringContaining(`pitstop approve ${id} --sign`) },
    });
    const asText = await runCli(['approve', id, ...on(app)], { cwd: workspace.path });
    expect(asText.code).toBe(4);
    expect(asText.stderr).toContain('[approval-needed]');
    expect(await stateOf(app)).toEqual(UNTOUCHED);
  });

  test('keeps its request while nothing of it changes, and gets another one with the statement', async ({
    app,
  }) => {
    const workspace = await gatedWorkspace([DROP_INDEX]);
    const id = await requestOf(workspace, app.role.url, '1.1');
    await app.query(
      `SET enable_seqscan = off; SELECT * FROM app.lines WHERE sku = 'sku-1'; SELECT pg_stat_force_next_flush()`,
    );
    const again = await call(workspace, app.role.url, ['run', TASK_FILE, '--item', '1.1']);
    expect(finished(again).items[0]?.request).toBe(id);
    const redone = await call(workspace, app.role.url, ['run', TASK_FILE, '--redo']);
    expect(finished(redone).items[0]?.request).toBe(id);

    const other = (await workspace.read(TASK_FILE)).replace('app.lines_sku_idx`', 'app.orders_note_idx`');
    await workspace.write(TASK_FILE, other);
    const changed = await requestOf(workspace, app.role.url, '1.1');
    expect(changed).not.toBe(id);
    expect((await requestsOf(workspace)).map((request) => request['id'])).toEqual([changed]);
  });
});

describe('at a terminal', () => {
  test('nothing but the words asked for approves', async ({ app }) => {
    const changes = [
      ...Array.from({ length: 7 }, (_, at) =>
        gatedItem(`2.${at}`, `ALTER TABLE app.lines DROP COLUMN sku, ADD COLUMN x${at} text`),
      ),
      DROP_INDEX,
    ];
    const workspace = await gatedWorkspace(changes);
    const id = await requestOf(workspace, app.role.url, '1.1');
    const short = (screen: string) =>
      /Type app\.lines (\w{8})/.exec(screen.slice(screen.lastIndexOf('Type ')))?.[1];
    const { code, asked, screen } = await runAtTerminal(['run', TASK_FILE, ...on(app)], {
      cwd: workspace.path,
      answers: [
        `yes${ENTER}`,
        ENTER,
        (seen) => `${short(seen)}${ENTER}`,
        `app.lines${ENTER}`,
        `app.lines ${id.slice(0, 8)}${ENTER}`,
        (seen) => `app.orders ${short(seen)}${ENTER}`,
        (seen) => `production ${short(seen)}${ENTER}`,
        CTRL_D,
      ],
    });
    expect({ code, asked, screen }).toMatchObject({ code: 4, asked: 8 });
    for (const typed of [`app.lines_sku_idx ${id.slice(0, 8)}${CTRL_C}`, CTRL_C]) {
      const left = await approve(workspace, app, id, { answers: [typed] });
      expect([4, 130]).toContain(left.code);
      expect(left.asked).toBe(1);
    }
    const interrupted = await runAtTerminal(['run', TASK_FILE, ...on(app)], {
      cwd: workspace.path,
      answers: [CTRL_C],
    });
    expect(interrupted).toMatchObject({ code: 130, asked: 1 });
    expect(await stateOf(app)).toEqual(UNTOUCHED);
    expect((await workspace.read(TASK_FILE)).match(/^- \[!\] [12]/gm)).toHaveLength(8);
    expect(await requestsOf(workspace)).toHaveLength(8);
    await expect(readdir(join(workspace.path, '.pitstop', 'approvals'))).rejects.toThrow('ENOENT');
  });

  test('the right words apply in the same process, at every width; nothing is stored that could be used again', async ({
    app,
  }) => {
    const workspace = await gatedWorkspace([
      DROP_INDEX,
      DROP_TABLE,
      gatedItem('1.3', 'DROP INDEX app.orders_note_idx'),
      gatedItem('1.4', 'ALTER TABLE app.orders DROP COLUMN status'),
    ]);
    const ids = new Map(
      finished(await call(workspace, app.role.url, ['run', TASK_FILE])).items.map(({ id, request }) => [
        id,
        String(request),
      ]),
    );
    for (const [item, name, columns] of [
      ['1.1', 'app.lines_sku_idx', 80],
      ['1.3', 'app.orders_note_idx', 20],
      ['1.4', 'app.orders', 0],
    ] as const) {
      const id = ids.get(item) ?? '';
      const { code, asked, screen } = await approve(workspace, app, id, {
        columns,
        answers: [`  ${name}   ${id.slice(0, 8)}${ENTER}`],
      });
      expect({ code, asked, screen }).toMatchObject({ code: 0, asked: 1 });
      expect(screen).toContain(`Type ${name} ${id.slice(0, 8)} to approve and apply it now`);
      expect(screen).not.toContain('DROP TABLE');
      const text = await workspace.read(TASK_FILE);
      expect(text).toMatch(
        new RegExp(
          `- \\[x\\] ${item} [^]*\\*\\*Approval\\*\\*: request \`${id}\`, approved by ${USER} \\(typed at a terminal, \\d{4}-[\\d:TZ-]+\\)`,
        ),
      );
      const [use] = await app.query(
        `SELECT u.approval::text AS id, u.method, u.approver, m.state
           FROM pitstop.approval_use u JOIN pitstop.migration m ON m.approval = u.approval WHERE u.request = $1`,
        [id],
      );
      expect(use).toMatchObject({ method: 'terminal', approver: USER, state: 'applied' });
      const path = new RegExp(`\`(docs/performance/[^\`]+/${item}-[^\`]+)\``).exec(text)?.[1] ?? '';
      expect(JSON.parse(await workspace.read(path))).toMatchObject({
        request: null,
        approval: { id: use?.['id'], request: id, method: 'terminal', approver: USER },
      });
    }
    expect(await stateOf(app)).toEqual({ lines: 'app.lines', index: null, ledger: 'pitstop' });
    expect(await workspace.read(TASK_FILE)).toMatch(/^- \[!\] 1\.2/m);
    expect(await requestsOf(workspace)).toMatchObject([{ id: ids.get('1.2'), stands: 'waiting' }]);
    await expect(readdir(join(workspace.path, '.pitstop', 'approvals'))).rejects.toThrow('ENOENT');
  });

  test('a run asks at the gate, then goes on with the other items', async ({ app }) => {
    await app.query('CREATE INDEX lines_amount_idx ON app.lines (amount)');
    const workspace = await gatedWorkspace([
      DROP_INDEX,
      DROP_TABLE,
      gatedItem('1.3', 'DROP INDEX app.orders_note_idx'),
      queryItem('1.4', 'SELECT 1'),
    ]);
    const { code, asked, screen } = await runAtTerminal(['run', TASK_FILE, ...on(app)], {
      cwd: workspace.path,
      answers: [
        (seen) => `app.lines_sku_idx ${/Type app\.lines_sku_idx (\w{8})/.exec(seen)?.[1]}${ENTER}`,
        `no${ENTER}`,
        (seen) => `development ${/Type app\.orders_note_idx (\w{8})/.exec(seen)?.[1]}${ENTER}`,
      ],
    });
    expect({ code, asked, screen }).toMatchObject({ code: 4, asked: 3 });
    const text = await workspace.read(TASK_FILE);
    expect(text.match(/^- \[.\] 1\.\d/gm)).toEqual(['- [x] 1.1', '- [!] 1.2', '- [x] 1.3', '- [x] 1.4']);
    expect(await stateOf(app)).toMatchObject({ lines: 'app.lines', index: null });
  });

  test('nobody is asked with --json, in CI, or where standard input is no terminal', async ({ app }) => {
    const workspace = await gatedWorkspace([DROP_INDEX]);
    const id = await requestOf(workspace, app.role.url, '1.1');
    for (const [args, env] of [
      [['run', TASK_FILE, '--json', ...on(app)], {}],
      [['run', TASK_FILE, ...on(app)], { CI: 'true' }],
      [['approve', id, '--json', ...on(app)], {}],
      [['approve', id, ...on(app)], { CI: '1' }],
    ] as const) {
      const { code, asked } = await runAtTerminal(args, { cwd: workspace.path, env });
      expect({ args, code, asked }).toEqual({ args, code: 4, asked: 0 });
    }
    expect(await stateOf(app)).toEqual(UNTOUCHED);
  });

  test('what is shown is the state of now, not that of the request', async ({ app }) => {
    const workspace = await gatedWorkspace([DROP_TABLE]);
    const id = await requestOf(workspace, app.role.url, '1.2');
    await app.query(`
      ALTER TABLE app.lines ADD COLUMN added integer;
      CREATE VIEW app.late AS SELECT added FROM app.lines;
      UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.lines_sku_idx'::regclass`);
    const { code, screen } = await approve(workspace, app, id, { answers: [CTRL_D] });
    expect(code).toBe(4);
    expect(screen).toContain('CASCADE also removes 1 view: app.late');
    expect(screen).toContain(`Type app.lines ${id.slice(0, 8)}`);
    expect((await runCli(['show', id], { cwd: workspace.path })).stdout).toContain('app.late');
  });

  test('what changes while the person reads makes the approval void, and the request waits on', async ({
    app,
  }) => {
    const workspace = await gatedWorkspace([DROP_TABLE]);
    const id = await requestOf(workspace, app.role.url, '1.2');
    const answer = `app.lines ${id.slice(0, 8)}${ENTER}`;
    const { code, screen } = await approve(workspace, app, id, {
      answers: [
        async () => {
          await app.query('ALTER TABLE app.lines ADD COLUMN added integer');
          return answer;
        },
      ],
    });
    expect({ is: code, shown: screen }).toMatchObject({ is: 4 });
    expect(await stateOf(app)).toEqual(UNTOUCHED);
    const text = await workspace.read(TASK_FILE);
    expect(text).toMatch(
      new RegExp(`^- \\[!\\] 1\\.2[^]*request \`${id}\` waits for a person.*approval-stale`, 'm'),
    );
    expect(await requestsOf(workspace)).toMatchObject([{ id, stands: 'waiting' }]);
    expect((await approve(workspace, app, id, { answers: [answer] })).code).toBe(0);
    expect(await stateOf(app)).toMatchObject({ lines: null });
  });

  test('control characters of titles, statements and names do not reach the terminal', async ({ app }) => {
    const name = 'x\u001B[2J\u202Ey';
    await app.query(`CREATE TABLE app."${name}" (); ALTER TABLE app."${name}" OWNER TO ${app.role.name}`);
    const workspace = await gatedWorkspace([
      gatedItem(
        '1.1',
        'DROP TABLE app.U&"x\\001B[2J\\202Ey"',
        'Evil \u001B]0;title\u0007 \u001B[8m \u202E title',
      ),
    ]);
    const id = await requestOf(workspace, app.role.url, '1.1');
    const shown = await runAtTerminal(['show', id], { cwd: workspace.path });
    const listed = await runAtTerminal(['requests'], { cwd: workspace.path });
    const asked = await approve(workspace, app, id, {
      env: { NO_COLOR: '1' },
      answers: [`development ${id.slice(0, 8)}${ENTER}`],
    });
    for (const { screen } of [shown, listed, asked])
      // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
      expect(screen).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
    expect({ is: asked.code, shown: asked.screen }).toMatchObject({ is: 0 });
    expect(await app.query('SELECT to_regclass($1) AS name', [`app."${name}"`])).toEqual([{ name: null }]);
  });
});

describe('on production', () => {
  test('a typed approval needs the name of the environment, and says where the bytes ran before', async ({
    app,
  }) => {
    const workspace = await gatedWorkspace([], {
      'migrations/20260101000000_remark.up.sql': 'ALTER TABLE app.lines ADD COLUMN remark text;\n',
      'migrations/20260101000000_remark.down.sql': '',
    });
    const asked = await call(workspace, app.role.url, ['apply', '20260101000000_remark'], 'production');
    expect({ is: asked.code, shown: asked.stdout }).toMatchObject({ is: 4 });
    const [request] = await requestsOf(workspace);
    const id = String(request?.['id']);
    const short = id.slice(0, 8);
    for (const answer of [`app.lines ${short}`, `development ${short}`]) {
      const { code, screen } = await approve(workspace, app, id, { answers: [answer + ENTER] }, 'production');
      expect({ answer, code, screen }).toMatchObject({ answer, code: 4 });
      expect(screen).toContain('WARNING      these bytes were not applied anywhere before');
    }
    const { code, screen } = await approve(
      workspace,
      app,
      id,
      { answers: [`production ${short}${ENTER}`] },
      'production',
    );
    expect({ is: code, shown: screen }).toMatchObject({ is: 0 });
    expect(
      await app.query(
        `SELECT 1 FROM pg_attribute WHERE attrelid = 'app.lines'::regclass AND attname = 'remark'`,
      ),
    ).toHaveLength(1);
    expect(await requestsOf(workspace)).toEqual([]);
  });

  test('a typed approval is not enough for what loses something', async ({ app }) => {
    const workspace = await gatedWorkspace([DROP_INDEX]);
    const id = await requestOf(workspace, app.role.url, '1.1', 'production');
    const { code, asked, screen } = await approve(workspace, app, id, {}, 'production');
    expect({ code, asked, screen }).toMatchObject({ code: 4, asked: 0 });
    expect(screen).toContain('pitstop approve --sign');
    expect(await workspace.read(TASK_FILE)).toMatch(/waits for a person.*signature-needed/);
    expect(await stateOf(app)).toEqual(UNTOUCHED);
  });
});

describe('a rejection', () => {
  test('is noted by the next run and not asked about again; a change of mind is typed', async ({ app }) => {
    const workspace = await gatedWorkspace([DROP_INDEX]);
    const id = await requestOf(workspace, app.role.url, '1.1');
    const rejected = await runCli(['reject', id.slice(0, 6), '--reason', 'we still *need* it'], {
      cwd: workspace.path,
    });
    expect(rejected.code).toBe(0);
    expect(await requestsOf(workspace)).toMatchObject([{ id, stands: 'rejected' }]);
    const noted = await runAtTerminal(['run', TASK_FILE, ...on(app)], { cwd: workspace.path });
    expect(noted).toMatchObject({ code: 3, asked: 0 });
    const text = await workspace.read(TASK_FILE);
    expect(text).toMatch(/^- \[!\] 1\.1/m);
    expect(text).toMatch(/\*\*Blocked\*\*: .*rejected it: we still .*need.* it.*approval-rejected/);
    expect(text).not.toContain('waits for a person');
    const again = await runAtTerminal(['run', TASK_FILE, ...on(app)], { cwd: workspace.path });
    expect(again.asked).toBe(0);
    expect(await workspace.read(TASK_FILE)).toBe(text);

    const unsure = await approve(workspace, app, id, { answers: [ENTER] });
    expect(unsure).toMatchObject({ code: 3, asked: 1 });
    expect(await requestsOf(workspace)).toMatchObject([{ id, stands: 'rejected' }]);
    expect(await stateOf(app)).toEqual(UNTOUCHED);
    const sure = await approve(workspace, app, id, {
      answers: [`app.lines_sku_idx ${id.slice(0, 8)}${ENTER}`],
    });
    expect({ is: sure.code, shown: sure.screen }).toMatchObject({ is: 0 });
    expect(await stateOf(app)).toMatchObject({ index: null });
    expect(await workspace.read(TASK_FILE)).toMatch(/^- \[x\] 1\.1/m);
    expect(await requestsOf(workspace)).toEqual([]);
  });
});

describe('a request', () => {
  test('is known by a clear beginning of its id', async ({ app }) => {
    const workspace = await gatedWorkspace([DROP_INDEX, DROP_TABLE]);
    const id = await requestOf(workspace, app.role.url, '1.1');
    const show = (given: string) => runCli(['show', given, '--json'], { cwd: workspace.path });
    expect(JSON.parse((await show(id.slice(0, 4))).stdout)).toMatchObject({ id });
    const other = (await requestsOf(workspace)).find((request) => request['id'] !== id)?.['id'];
    for (const unclear of ['', id.slice(0, 3), `${id}0`, 'zzzz', `../requests/${id}`, '.']) {
      const { code, stdout } = await show(unclear);
      expect({ unclear, code }).toEqual({ unclear, code: 2 });
      expect(JSON.parse(stdout)).toMatchObject({
        code: 'request-not-found',
        candidates: expect.arrayContaining([id, other]),
      });
    }
  });

  test('whose file somebody has edited counts as none, and the next run writes it anew', async ({ app }) => {
    const workspace = await gatedWorkspace([DROP_TABLE]);
    const id = await requestOf(workspace, app.role.url, '1.2');
    const path = join(workspace.path, '.pitstop', 'requests', `${id}.json`);
    const original = await readFile(path, 'utf8');
    for (const edited of [
      original.replace('DROP TABLE app.lines CASCADE', 'DROP TABLE app.orders CASCADE'),
      original.replace('"environment": "development"', '"environment": "test"'),
      original.replace('"verdict": "gate"', '"verdict": "allow"'),
      'null',
    ]) {
      await writeFile(path, edited);
      expect(edited).not.toBe(original);
      expect(await requestsOf(workspace)).toEqual([]);
      const { code, asked } = await approve(workspace, app, id);
      expect({ edited, code, asked }).toEqual({ edited, code: 2, asked: 0 });
    }
    const status = await runCli(['status', '--json'], { cwd: workspace.path });
    expect(status.code).toBe(0);
    expect(await requestOf(workspace, app.role.url, '1.2')).toBe(id);
    await call(workspace, app.role.url, ['run', TASK_FILE, '--item', '1.2']);
    expect(await readFile(path, 'utf8')).toBe(original);
  });
});
