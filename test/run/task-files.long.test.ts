import { lstat, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test as base } from 'vitest';
import { appFixture, SLOW_QUERY } from '../support/app.ts';
import { runCli } from '../support/cli.ts';
import { finished, run, runWith } from '../support/run.ts';
import { connect } from '../support/sessions.ts';
import { queryItem, TASK_FILE, taskFile } from '../support/task-file.ts';
import { createWorkspace } from '../support/workspace.ts';

const test = base.extend(appFixture);

describe('entries that are not ours', () => {
  test('T11, T12, T40: are never marked, whatever they look like', async ({ app }) => {
    const notes = [
      '- [ ] ~~1.9 Old idea~~',
      '  - **Query**: `SELECT 1`',
      '- [-] 2.0 Declined by the team',
      '  - **Query**: `SELECT 1`',
      '- [ ] 2.1 Validate input',
      '  - **Suggested Fix**: call `validateInput()` first',
      '  - **File**: `src/api.ts:12`',
      '- [ ] Status: [ ] pending, [x] passing',
      '',
      '```markdown',
      '- [ ] 3.1 An example',
      '  - **Query**: `SELECT 1`',
      '```',
      '',
    ].join('\n');
    const original = taskFile(queryItem('1.1', SLOW_QUERY), notes);
    const workspace = await createWorkspace({
      [TASK_FILE]: original,
      'src/api.ts': 'export const answer = 42;\n',
    });
    const result = await run(workspace.path, app.url);
    expect(result.code).toBe(0);
    const text = await workspace.read(TASK_FILE);
    expect(text.endsWith(notes)).toBe(true);
    expect(finished(result).items.filter(({ outcome }) => outcome !== null)).toHaveLength(1);
  });

  test('T45: another runner’s [~] is reported, and taken over only by name', async ({ app }) => {
    const original = taskFile(queryItem('1.1', SLOW_QUERY).replace('[ ]', '[~]'));
    const workspace = await createWorkspace({ [TASK_FILE]: original });
    const reported = await run(workspace.path, app.url);
    expect(reported.code).toBe(3);
    expect(finished(reported).items[0]).toMatchObject({
      outcome: null,
      marker: '~',
      reason: { code: 'in-progress-elsewhere' },
    });
    expect(await workspace.read(TASK_FILE)).toBe(original);
    const taken = await run(workspace.path, app.url, '--take-over', '1.1');
    expect(finished(taken).items[0]).toMatchObject({ outcome: 'proven', marker: 'x' });
  });

  test('T46: a person’s [!] is left alone', async ({ app }) => {
    const original = taskFile(
      queryItem('1.1', SLOW_QUERY, '**Blocker**: waiting for the DBA').replace('[ ]', '[!]'),
    );
    const workspace = await createWorkspace({ [TASK_FILE]: original });
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({
      reason: { code: 'blocked-elsewhere' },
    });
    expect(await workspace.read(TASK_FILE)).toBe(original);
  });
});

describe('a person’s fields', () => {
  test('T51, T52: are kept; ours stand beside them, and are known as ours in a fresh clone', async ({
    app,
  }) => {
    const fields = ['**Status**: waiting', '**Impact**: customers complain', '**File**: `src/orders.ts`'];
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', 'SELECT id FROM app.ordrs WHERE customer_id = 1', ...fields)),
    });
    await run(workspace.path, app.url);
    await workspace.write(TASK_FILE, (await workspace.read(TASK_FILE)).replace('app.ordrs', 'app.orders'));
    await workspace.git('add', '--all');
    await workspace.git('commit', '-qm', 'Blocked, then corrected');
    await workspace.git('clone', '-q', '.', 'clone');

    const result = await run(join(workspace.path, 'clone'), app.url);
    expect(finished(result).items[0]).toMatchObject({ outcome: 'proven' });
    const text = await workspace.read(join('clone', TASK_FILE));
    for (const field of fields) expect(text).toContain(`  - ${field}\n`);
    expect(text).toContain('**Result**: ✅ Completed');
    expect(text).toContain('**Measured impact**');
    expect(text).toMatch(/\*\*Migration\*\*: `migrations\//);
    expect(text.match(/\*\*Result\*\*/g)).toHaveLength(1);
    expect(text).not.toContain('**Blocked**');
  });
});

describe('the evidence', () => {
  test('of two items that look alike is kept apart, also where one was copied with its fields', async ({
    app,
  }) => {
    const twins = `### A\n\n${queryItem('1.1', SLOW_QUERY)}\n### B\n\n${queryItem('1.1', 'SELECT nothing FROM app.orders')}`;
    const workspace = await createWorkspace({ [TASK_FILE]: twins });
    const [first, second] = finished(await run(workspace.path, app.url)).items;
    expect(first?.evidence).not.toBe(second?.evidence);
    const done = (await workspace.read(TASK_FILE)).split('### B')[0] ?? '';
    const copy = done
      .replace('### A', '### C')
      .replace('[x] 1.1 Speed up 1.1', '[ ] 3.1 Speed up another')
      .replace('customer_id = 1234', 'id = 1');
    await workspace.write(TASK_FILE, `${await workspace.read(TASK_FILE)}\n${copy}`);
    const third = finished(await run(workspace.path, app.url, '--item', '3.1')).items[0];
    expect(third).toMatchObject({ outcome: 'already-met' });
    expect(third?.evidence).not.toBe(first?.evidence);
    expect(JSON.parse(await workspace.read(String(first?.evidence)))).toMatchObject({
      outcome: 'proven',
      item: { id: '1.1' },
    });
  });
});

describe('what is there already', () => {
  test('a person’s file that an Evidence field names is not overwritten', async ({ app }) => {
    const item = queryItem('1.1', SLOW_QUERY, '**Evidence**: `docs/performance/baseline.json`');
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(item),
      'docs/performance/baseline.json': '{"mine": true}',
    });
    const [report] = finished(await run(workspace.path, app.url)).items;
    expect(report).toMatchObject({ outcome: 'proven' });
    expect(report?.evidence).not.toBe('docs/performance/baseline.json');
    expect(await workspace.read('docs/performance/baseline.json')).toBe('{"mine": true}');
  });

  test('--redo of what is proven keeps its proof and its way back', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    await run(workspace.path, app.url);
    const text = await workspace.read(TASK_FILE);
    const result = await run(workspace.path, app.url, '--redo');
    expect(finished(result).items[0]).toMatchObject({ outcome: 'already-met', marker: 'x' });
    expect(await workspace.read(TASK_FILE)).toBe(text);
  });

  test('--redo does not lend the proof to another statement, nor to an index that is gone', async ({
    app,
  }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    await run(workspace.path, app.url);
    await app.query('DROP INDEX app.orders_customer_id_idx');
    const anew = await run(workspace.path, app.url, '--redo');
    expect(finished(anew).items[0]).toMatchObject({ outcome: 'proven' });
    const proven = await workspace.read(TASK_FILE);
    await workspace.write(TASK_FILE, proven.replace('customer_id = 1234', 'id = 1'));
    const other = await run(workspace.path, app.url, '--redo');
    expect(finished(other).items[0]).toMatchObject({ outcome: 'already-met', marker: 'x' });
    expect(await workspace.read(TASK_FILE)).not.toContain('**After**');
  });

  test('migrations that wait and are superseded go', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    await run(workspace.path, app.url, '--no-apply');
    await workspace.write(
      TASK_FILE,
      (await workspace.read(TASK_FILE)).replace('customer_id = 1234', `created_at = '2026-01-05'`),
    );
    const result = await run(workspace.path, app.url, '--no-apply');
    expect(finished(result).items[0]).toMatchObject({ outcome: 'handed-over' });
    const files = await readdir(join(workspace.path, 'migrations'));
    expect(files.filter((name) => name.endsWith('.up.sql'))).toEqual([
      expect.stringContaining('orders_created_at_idx'),
    ]);
  });
});

describe('styles', () => {
  test.for([
    [
      'CRLF, a byte order mark, stars and no final newline',
      `\ufeff# T\r\n\r\n* [ ] 1.1 Slow\r\n  * **Query**: \`${SLOW_QUERY}\``,
    ],
    ['tabs and ordered items', `# T\n\n1. [ ] 1.1 Slow\n\t- **Query**: \`${SLOW_QUERY}\`\n2. [ ] note\n`],
    [
      'a fence, deep below a parent',
      `- [ ] 1.0 Parent\n    - [ ] 1.1 Slow\n\n      ~~~sql\n      ${SLOW_QUERY}\n      ~~~\n`,
    ],
    [
      'a heading as category, next-line title',
      `### 1.0 Queries\n+ [ ]\n  1.1 慢查询 🚀\n  + **SQL**: \`${SLOW_QUERY}\`\n`,
    ],
  ] as const)('T50: %s', async ([, original], { app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: original });
    const result = await run(workspace.path, app.url);
    expect(finished(result).items.find(({ id }) => id === '1.1')).toMatchObject({ outcome: 'proven' });
    const text = await workspace.read(TASK_FILE);
    const kept = text
      .split(/\r?\n/)
      .filter((line) => !/\*\*(Status|File|Before|After|Changes|Impact|Evidence|Rollback)\*\*/.test(line));
    expect(kept.join('\n').replaceAll('[x]', '[ ]').trimEnd()).toBe(
      original.replaceAll('\r\n', '\n').trimEnd(),
    );
    expect(text.includes('\r\n')).toBe(original.includes('\r\n'));
    expect(text.replaceAll('\r\n', '').includes('\r')).toBe(false);
    expect(text.startsWith('\ufeff')).toBe(original.startsWith('\ufeff'));
    expect(text.endsWith('\n')).toBe(original.endsWith('\n'));
    expect(finished(await run(workspace.path, app.url)).exitCode).toBe(0);
    expect(await workspace.read(TASK_FILE)).toBe(text);
  });

  test('T43, T60: parents follow their items', async ({ app }) => {
    const original = `- [ ] 1.0 All\n  - [ ] 1.1 Slow\n    - **Query**: \`${SLOW_QUERY}\`\n  - [ ] 1.2 Broken\n    - **Query**: \`SELECT nothing FROM app.orders\`\n`;
    const workspace = await createWorkspace({ [TASK_FILE]: original });
    await run(workspace.path, app.url);
    const text = await workspace.read(TASK_FILE);
    expect(text).toContain('- [!] 1.0 All\n');
    expect(text).toContain('  - [x] 1.1');
    expect(text).toContain('  - [!] 1.2');
  });

  test('T63: a symlink stays one', async ({ app }) => {
    const workspace = await createWorkspace({ 'elsewhere/tasks.md': taskFile(queryItem('1.1', SLOW_QUERY)) });
    await symlink('../elsewhere/tasks.md', join(workspace.path, TASK_FILE));
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({ outcome: 'proven' });
    expect((await lstat(join(workspace.path, TASK_FILE))).isSymbolicLink()).toBe(true);
    expect(await workspace.read('elsewhere/tasks.md')).toContain('[x] 1.1');
  });
});

describe('statements', () => {
  test('T36: are found in .sql files and in source files', async ({ app }) => {
    const workspace = await createWorkspace({
      'queries/slow.sql': `-- the order list\n${SLOW_QUERY};\n`,
      'src/users.ts': [
        'export async function list(id: number) {',
        '  return sql`SELECT id, note FROM app.orders WHERE customer_id = ${id} AND status = ${"paid"}`;',
        '}',
        '',
      ].join('\n'),
      [TASK_FILE]: taskFile(
        '- [ ] 1.1 Slow file\n  - **File**: `queries/slow.sql`\n',
        '- [ ] 1.2 Slow list\n  - **File**: `src/users.ts`\n  - **Params**: `[7, "paid"]`\n',
      ),
    });
    const result = await run(workspace.path, app.url);
    expect(finished(result).items.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['query', 'proven'],
      ['query', expect.stringMatching(/proven|already-met/)],
    ]);
  });

  test('T36: several in a file are a question', async ({ app }) => {
    const workspace = await createWorkspace({
      'queries/two.sql': 'SELECT 1;\nSELECT 2;\n',
      [TASK_FILE]: taskFile('- [ ] 1.1 Slow file\n  - **File**: `queries/two.sql`\n'),
    });
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({
      outcome: 'needs-information',
      reason: { code: 'statement-ambiguous' },
    });
  });

  test('T36: outside of the repository are not read, not even through a link', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile('- [ ] 1.1 Slow\n  - **File**: `queries/leak.sql`\n'),
    });
    await workspace.write('queries/.keep', '');
    await symlink('/etc/passwd', join(workspace.path, 'queries', 'leak.sql'));
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({
      outcome: 'needs-information',
      reason: { code: 'file-not-found' },
    });
  });

  test('T35: that are sensitive are quoted nowhere', async ({ app }) => {
    const query = `SELECT id FROM app.orders WHERE customer_id = 1234 AND note <> 'top-secret-literal'`;
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile(queryItem('1.1', query, '**Sensitive**: yes')),
    });
    const result = await run(workspace.path, app.url);
    const [item] = finished(result).items;
    expect(item).toMatchObject({ outcome: 'proven' });
    const evidence = await workspace.read(String(item?.evidence));
    expect(evidence).toContain('app.orders');
    for (const text of [
      evidence,
      result.stderr,
      result.stdout,
      await workspace.read('.pitstop/journal.jsonl'),
      await workspace.read(String(item?.migrations[0])),
    ]) {
      expect(text).not.toContain('top-secret-literal');
    }
  });
});

describe('dependencies', () => {
  test('T47: order the run, and what depends on a blocked item waits', async ({ app }) => {
    const items = [
      queryItem('1.1', SLOW_QUERY, '**Depends on**: 1.3'),
      queryItem('1.2', 'SELECT id FROM app.orders WHERE id = 5', '**Dependencies**: Task 1.4'),
      queryItem('1.3', 'SELECT id FROM app.orders WHERE id = 6'),
      queryItem('1.4', 'SELECT nothing FROM app.orders'),
    ];
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(...items) });
    const result = await run(workspace.path, app.url);
    expect(finished(result).items.map(({ id, outcome, reason }) => [id, outcome ?? reason?.code])).toEqual([
      ['1.3', 'already-met'],
      ['1.1', 'proven'],
      ['1.4', 'needs-information'],
      ['1.2', 'waits-for'],
    ]);
    expect(result.code).toBe(3);
    expect(await workspace.read(TASK_FILE)).toContain('- [ ] 1.2');
  });
});

describe('two runners on one file', () => {
  test('T64: the second is told, and nothing of the lock stays', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const snapshot = await connect(app);
    await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await snapshot.query('SELECT 1');
    // The first one works for as long as somebody holds a snapshot.
    const runThenRelease = async () => {
      const result = await run(workspace.path, app.url.replace(app.name, 'postgres'));
      await snapshot.query('COMMIT');
      return result;
    };
    let second: ReturnType<typeof runThenRelease> | undefined;
    const first = await runWith(
      {
        cwd: workspace.path,
        killAfter: (line) => {
          if (line.includes('waiting for old snapshots')) second ??= runThenRelease();
          return undefined;
        },
      },
      app.url,
    );
    await snapshot.end();
    expect(finished(first).items[0]).toMatchObject({ outcome: 'proven' });
    expect(finished(await second!)).toMatchObject({ exitCode: 5, error: { code: 'task-file-locked' } });
    expect(await readdir(join(workspace.path, '.pitstop', 'locks'))).toEqual([]);
  });

  test('T64: the lock of a dead one is taken over', async ({ app }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: taskFile(queryItem('1.1', SLOW_QUERY)) });
    const killed = await runWith(
      {
        cwd: workspace.path,
        killAfter: (line) => (line.includes('building and measuring') ? 'SIGKILL' : undefined),
      },
      app.url,
    );
    expect(killed.signal).toBe('SIGKILL');
    expect(await readdir(join(workspace.path, '.pitstop', 'locks'))).toHaveLength(1);
    expect(finished(await run(workspace.path, app.url)).items[0]).toMatchObject({ outcome: 'proven' });
  });
});

describe('reading commands', () => {
  const TASKS = [
    '- [ ] 1.0 Parent',
    '  - [x] 1.1 Done',
    '    - **Query**: `SELECT 1`',
    '  - [ ] 1.2 Twice',
    '    - **Query**: `SELECT id FROM app.orders WHERE customer_id = 5`',
    '  - [ ] 1.2 Twice',
    '    - **Query**: `SELECT $1::int`',
    '- [📍] 2.0 Here',
    '- [ ] Bring cake',
    '',
  ].join('\n');

  test('status: tree, counts, warnings; no database', async () => {
    const workspace = await createWorkspace({ [TASK_FILE]: TASKS });
    const result = await runCli(['status', '--json'], { cwd: workspace.path });
    expect(result.code).toBe(0);
    const { files, requests } = JSON.parse(result.stdout);
    expect(requests).toEqual([]);
    expect(files[0]).toMatchObject({
      file: TASK_FILE,
      counts: { open: 3, inProgress: 0, done: 1, blocked: 0, other: 1 },
    });
    expect(
      files[0].items.map((item: { id: string; depth: number; kind: string | null }) => [
        item.id,
        item.depth,
        item.kind,
      ]),
    ).toEqual([
      ['1.0', 0, null],
      ['1.1', 1, 'query'],
      ['1.2', 1, 'query'],
      ['1.2', 1, 'query'],
      ['2.0', 0, null],
      ['#L9', 0, null],
    ]);
    expect(files[0].warnings).toEqual([
      expect.objectContaining({ code: 'duplicate-id', line: 6 }),
      expect.objectContaining({ code: 'unknown-marker', line: 8 }),
    ]);
    const words = await runCli(['status'], { cwd: workspace.path });
    expect(words.stdout).toContain('3 open, 1 done, 1 with other markers');
    expect(words.stdout).toContain('line 6: Id 1.2 is also that of the item in line 4.');
  });

  test('status names the requests that wait', async ({ app }) => {
    const workspace = await createWorkspace({
      [TASK_FILE]: taskFile('- [ ] 1.1 Drop\n  - **Candidate**: `DROP TABLE app.lines`\n'),
    });
    const request = finished(await run(workspace.path, app.url)).items[0]?.request;
    const { requests } = JSON.parse((await runCli(['status', '--json'], { cwd: workspace.path })).stdout);
    expect(requests).toEqual([
      {
        id: request,
        summary: 'DROP TABLE app.lines',
        file: TASK_FILE,
        item: '1.1',
        path: `.pitstop/requests/${request}.json`,
      },
    ]);
  });

  test('plan: kind, statement, what is in the way; with a database also findings and candidates', async ({
    app,
  }) => {
    const workspace = await createWorkspace({ [TASK_FILE]: TASKS });
    const offline = JSON.parse((await runCli(['plan', '--json'], { cwd: workspace.path })).stdout);
    expect(
      offline.items.map((item: { reason: { code: string } | null }) => item.reason?.code ?? null),
    ).toEqual(['complete', null, 'parameters-missing', 'not-recognised', 'not-recognised']);
    expect(offline.items[1]).toMatchObject({ kind: 'query', statement: { from: 'Query' }, candidates: null });
    const online = JSON.parse(
      (await runCli(['plan', '--json', '--database-url', app.url], { cwd: workspace.path })).stdout,
    );
    expect(online.items[1]).toMatchObject({ candidates: ['index on app.orders (customer_id)'] });
    expect(await workspace.git('status', '--porcelain', '--ignored')).toBe('');
    expect(await app.query(`SELECT to_regnamespace('pitstop') AS ledger`)).toEqual([{ ledger: null }]);
  });

  test('steps prints an item to paste, which is read as that kind', async () => {
    const kinds = JSON.parse((await runCli(['steps', '--json'], { cwd: '/' })).stdout).steps;
    for (const { kind } of kinds) {
      const example = (await runCli(['steps', kind], { cwd: '/' })).stdout;
      const workspace = await createWorkspace({ [TASK_FILE]: example });
      const planned = JSON.parse((await runCli(['plan', '--json'], { cwd: workspace.path })).stdout);
      expect(planned.items[0]).toMatchObject({ kind, reason: null });
    }
    expect((await runCli(['steps', 'nonsense', '--json'], { cwd: '/' })).code).toBe(2);
  });
});
