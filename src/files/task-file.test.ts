import { spawn } from 'node:child_process';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTaskFile, updateTaskFile } from './task-file.ts';

let folder = '';
let file = '';

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pitstop-files-'));
  file = path.join(folder, 'tasks.md');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const tick = (text: string) => text.replace('[ ]', '[x]');

describe('readTaskFile', () => {
  test('T4: gives text without byte order mark, absolute path and hash', async () => {
    await writeFile(file, '\ufeff- [ ] 1\r\n');
    const snapshot = await readTaskFile(path.relative(process.cwd(), file));
    expect(snapshot).toMatchObject({ path: file, text: '- [ ] 1\r\n' });
    expect(snapshot.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['task-file-not-utf8', Buffer.from([0x2d, 0xe9, 0x0a])],
    ['task-file-unreadable', Buffer.from([0x2d, 0x00, 0x0a])],
    ['task-file-conflict-markers', '- [ ] 1\n<<<<<<< HEAD\n- [ ] 2\n=======\n>>>>>>> theirs\n'],
  ])('T4: %s', async (code, content) => {
    await writeFile(file, content);
    await expect(readTaskFile(file)).rejects.toMatchObject({ code, file });
  });

  test('T4: conflict markers have a line; in a fence they are an example', async () => {
    await writeFile(file, '- [ ] 1\n<<<<<<< HEAD\n');
    await expect(readTaskFile(file)).rejects.toMatchObject({ line: 2 });
    await writeFile(file, '```\n<<<<<<< HEAD\n>>>>>>> theirs\n```\n');
    await expect(readTaskFile(file)).resolves.toBeDefined();
  });

  test('a folder, a missing file, an empty one', async () => {
    await expect(readTaskFile(folder)).rejects.toMatchObject({ code: 'task-file-unreadable' });
    await expect(readTaskFile(path.join(folder, 'none.md'))).rejects.toMatchObject({
      code: 'task-file-not-found',
    });
    await writeFile(file, '');
    expect((await readTaskFile(file)).text).toBe('');
  });
});

describe('updateTaskFile', () => {
  test('T63: replaces the file, keeps byte order mark and mode, leaves nothing behind', async () => {
    await writeFile(file, '\ufeff- [ ] 1\r\n', { mode: 0o640 });
    await chmod(file, 0o640);
    const inode = (await stat(file)).ino;
    const snapshot = await updateTaskFile(file, tick);
    expect(snapshot.text).toBe('- [x] 1\r\n');
    expect(snapshot).toEqual(await readTaskFile(file));
    expect(await readFile(file, 'utf8')).toBe('\ufeff- [x] 1\r\n');
    const after = await stat(file);
    expect(after.mode & 0o777).toBe(0o640);
    expect(after.ino).not.toBe(inode);
    expect(await readdir(folder)).toEqual(['tasks.md']);
  });

  test('writes nothing where nothing changes', async () => {
    await writeFile(file, '- [x] 1\n');
    const before = await stat(file);
    await updateTaskFile(file, tick);
    const after = await stat(file);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test('T63: a symlink stays, its target is written', async () => {
    await mkdir(path.join(folder, 'real'));
    await writeFile(path.join(folder, 'real', 'a.md'), '- [ ] 1\n');
    await symlink('real/a.md', file);
    await updateTaskFile(file, tick);
    expect(await readlink(file)).toBe('real/a.md');
    expect(await readFile(path.join(folder, 'real', 'a.md'), 'utf8')).toBe('- [x] 1\n');
  });

  test('T63: a hard link stays one', async () => {
    await writeFile(file, '- [ ] 1 and some more text\n');
    const other = path.join(folder, 'other.md');
    await link(file, other);
    await updateTaskFile(file, tick);
    expect(await readFile(other, 'utf8')).toBe('- [x] 1 and some more text\n');
    await updateTaskFile(file, () => 'short\n');
    expect(await readFile(other, 'utf8')).toBe('short\n');
    expect((await stat(file)).nlink).toBe(2);
  });

  test('T63: a read-only file is not replaced', async () => {
    await writeFile(file, '- [ ] 1\n');
    await chmod(file, 0o444);
    await expect(updateTaskFile(file, tick)).rejects.toMatchObject({ code: 'task-file-read-only', file });
    expect(await readFile(file, 'utf8')).toBe('- [ ] 1\n');
    expect(await readdir(folder)).toEqual(['tasks.md']);
  });

  test.skipIf(process.getuid?.() === 0)(
    'T63: in a folder without write permission the file is written in place',
    async () => {
      await writeFile(file, '- [ ] 1\n');
      await chmod(folder, 0o555);
      await updateTaskFile(file, tick);
      await chmod(folder, 0o755);
      expect(await readFile(file, 'utf8')).toBe('- [x] 1\n');
    },
  );

  test('T61: what somebody else writes in between is kept, and the change made on it', async () => {
    await writeFile(file, '- [ ] 1\n- [ ] 2\n');
    const { writeFileSync } = await import('node:fs');
    let calls = 0;
    const snapshot = await updateTaskFile(file, (text) => {
      calls += 1;
      if (calls === 1) writeFileSync(file, `${text}- [ ] 3 by somebody else\n`);
      return tick(text);
    });
    expect(calls).toBe(2);
    expect(snapshot.text).toBe('- [x] 1\n- [ ] 2\n- [ ] 3 by somebody else\n');
  });

  test('T61: a file that is changed all the time is given up, unharmed', async () => {
    await writeFile(file, '0\n');
    const { writeFileSync } = await import('node:fs');
    let calls = 0;
    const update = updateTaskFile(file, (text) => {
      writeFileSync(file, `${(calls += 1)}\n`);
      return `${text}mine\n`;
    });
    await expect(update).rejects.toMatchObject({ code: 'task-file-changed' });
    expect(await readFile(file, 'utf8')).toBe(`${calls}\n`);
  });

  test('two at once lose nothing', async () => {
    await writeFile(file, '0');
    const add = () => updateTaskFile(file, (text) => String(Number(text) + 1));
    for (let round = 0; round < 20; round++) await Promise.allSettled([add(), add()]);
    expect(Number(await readFile(file, 'utf8'))).toBeGreaterThanOrEqual(20);
    expect(await readdir(folder)).toEqual(['tasks.md']);
  });

  test(
    'T63: killed at any moment, the file is the old one or a new one, whole',
    { timeout: 60_000 },
    async () => {
      const body = '- [ ] item\n'.repeat(20_000);
      await writeFile(file, `0\n${body}`);
      const program = `
      import { updateTaskFile } from ${JSON.stringify(path.join(import.meta.dirname, 'task-file.ts'))};
      process.stdout.write('ready');
      for (let n = 1; ; n++) await updateTaskFile(${JSON.stringify(file)}, (text) => n + text.slice(text.indexOf('\\n')));
    `;
      for (let round = 0; round < 4; round++) {
        const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
          stdio: ['ignore', 'pipe', 'inherit'],
          cwd: path.join(import.meta.dirname, '../..'),
        });
        await once(child.stdout, 'data');
        for (let looks = 0; looks < 5 + round * 7; looks++)
          expect((await readFile(file, 'utf8')).replace(/^\d+\n/, '')).toBe(body);
        child.kill('SIGKILL');
        await once(child, 'exit');
        expect((await readFile(file, 'utf8')).replace(/^\d+\n/, '')).toBe(body);
      }
    },
  );
});
