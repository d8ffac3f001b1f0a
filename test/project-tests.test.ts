import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compareReports } from '../src/project-tests/compare.ts';
import type { TestReport } from '../src/project-tests/report.ts';
import { runProjectTests, type ProjectTests } from '../src/project-tests/run-project-tests.ts';

/** A project in a temporary folder, and how to run its tests. */
async function project(files: Readonly<Record<string, string>>) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'pitstop-project-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const run = (command: ProjectTests['command'], more: Partial<ProjectTests> = {}) =>
    runProjectTests({
      command,
      timeoutMs: 100_000,
      root,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
      signal: new AbortController().signal,
      ...more,
    });
  return { root, write, run };
}

const has = (program: string, ...args: string[]) => {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const numbers = ({ code, passed, failed, skipped, failing, counted }: TestReport) => ({
  code,
  passed,
  failed,
  skipped,
  failing,
  counted,
});

describe('real runners', () => {
  const NODE = `
    import { test, describe } from 'node:test';
    import assert from 'node:assert';
    test('good', () => {});
    describe('suite', () => { test('bad # 1', () => assert.equal(1, 2)); });
    test('skipped', { skip: true }, () => {});
    test('later', { todo: true }, () => {});`;

  test.each([
    ['spec', 'a.test.mjs › bad # 1'],
    ['tap', 'suite › bad # 1'],
  ])('node --test, %s, through npm and its banner', async (reporter, name) => {
    const script = `node --test --test-reporter=${reporter} a.test.mjs`;
    const { run } = await project({
      'package.json': JSON.stringify({ scripts: { test: script } }),
      'a.test.mjs': NODE,
    });
    expect(await run(['npm', 'test'])).toEqual({
      command: 'npm test',
      code: 1,
      passed: 1,
      failed: 1,
      skipped: 2,
      total: 4,
      failing: [name],
      counted: true,
      timedOut: false,
      summary: '1/2 passed, 2 skipped',
    });
  });

  test.each([['default'], ['json'], ['tap'], ['junit']])('vitest, %s', async (reporter) => {
    const { run, root } = await project({
      'package.json': '{"type":"module"}',
      'a.test.ts': `import { test, expect, describe } from 'vitest';
        test('good', () => {});
        describe('suite', () => { test('bad', () => expect(1).toBe(2)); });
        test.skip('skipped', () => {});`,
    });
    await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(root, 'node_modules'));
    const report = await run(['npx', 'vitest', 'run', `--reporter=${reporter}`]);
    expect(numbers(report)).toMatchObject({ code: 1, passed: 1, failed: 1, skipped: 1, counted: true });
    expect(report.failing).toEqual([expect.stringMatching(/suite.* bad$/)]);
  });

  const PYTHON = `import unittest
class Shop(unittest.TestCase):
    def test_good(self): pass
    def test_bad(self): self.assertEqual(1, 2)
    @unittest.skip("no")
    def test_skipped(self): pass
`;

  test.runIf(has('python3', '-m', 'pytest', '--version'))('pytest', async () => {
    const { run } = await project({ 'test_shop.py': PYTHON });
    const report = await run(['python3', '-m', 'pytest', '-p', 'no:cacheprovider', '--color=yes']);
    expect(numbers(report)).toEqual({
      code: 1,
      passed: 1,
      failed: 1,
      skipped: 1,
      failing: ['test_shop.py::Shop::test_bad'],
      counted: true,
    });
  });

  test.runIf(has('python3', '--version'))('unittest', async () => {
    const { run } = await project({ 'test_shop.py': PYTHON });
    const report = await run(['python3', '-m', 'unittest', 'test_shop']);
    expect(numbers(report)).toEqual({
      code: 1,
      passed: 1,
      failed: 1,
      skipped: 1,
      failing: ['test_shop.Shop.test_bad'],
      counted: true,
    });
  });

  test.runIf(has('cargo', '--version'))('cargo test', async () => {
    const { run } = await project({
      'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
      'src/lib.rs':
        '#[test] fn good() {}\n#[test] fn bad() { assert!(false); }\n#[test] #[ignore] fn skipped() {}\n',
    });
    const report = await run(['cargo', 'test', '--offline']);
    expect(numbers(report)).toEqual({
      code: 101,
      passed: 1,
      failed: 1,
      skipped: 1,
      failing: ['bad'],
      counted: true,
    });
  });

  test.runIf(has('go', 'version')).each([[[]], [['-v']], [['-json']]])('go test %j', async (more) => {
    const { run } = await project({
      'go.mod': 'module shop\n\ngo 1.20\n',
      'a_test.go':
        'package shop\nimport "testing"\nfunc TestGood(t *testing.T) {}\nfunc TestBad(t *testing.T) { t.Fail() }\n',
    });
    const report = await run(['go', 'test', ...more, './...']);
    expect(report).toMatchObject({ code: 1, failed: 1, failing: ['shop.TestBad'], counted: true });
  });

  test.runIf(has('ctest', '--version'))('ctest', async () => {
    const { run } = await project({
      'CTestTestfile.cmake':
        'add_test(good "/bin/true")\nadd_test("bad one" "/bin/false")\nadd_test(off "/bin/true")\nset_tests_properties(off PROPERTIES DISABLED TRUE)\n',
    });
    expect(numbers(await run(['ctest']))).toEqual({
      code: 8,
      passed: 1,
      failed: 1,
      skipped: 1,
      failing: ['bad one'],
      counted: true,
    });
  });
});

describe('before and after', () => {
  const passing = "import { test } from 'node:test';\ntest('a', () => {});\ntest('b', () => {});\n";

  test('a test that fails after the change is named', async () => {
    const { run, write } = await project({ 'a.test.mjs': passing });
    const command = ['node', '--test', '--test-reporter=spec', 'a.test.mjs'] as const;
    const before = await run([...command]);
    expect(before).toMatchObject({ code: 0, passed: 2, summary: '2/2 passed' });
    await write('a.test.mjs', passing.replace("'b', () => {}", "'b', () => { throw new Error('x'); }"));
    expect(compareReports(before, await run([...command]))).toMatchObject({
      verdict: 'worse',
      newlyFailing: ['a.test.mjs › b'],
      field: ['❌ 1/2 passed; newly failing: ', { code: 'a.test.mjs › b' }],
    });
  });
});

describe('any command', () => {
  test('C6: without a runner’s output the exit code counts alone', async () => {
    const { run } = await project({});
    expect(await run(['node', '--eval', 'process.exit(3)'])).toMatchObject({
      code: 3,
      counted: false,
      total: 0,
      summary: 'exit code 3',
    });
    expect(await run(['node', '--eval', ''])).toMatchObject({ code: 0, counted: false, summary: 'passed' });
  });

  test('C5: it runs in the root with the whole environment and no more, and is shown as one would type it', async () => {
    const { run, root } = await project({});
    const code =
      "if (process.cwd() !== process.env.EXPECTED || 'CI' in process.env || !process.env.DATABASE_URL.includes('s3cret')) process.exit(1)";
    const env = { PATH: process.env['PATH'], EXPECTED: root, DATABASE_URL: 'postgres://a:s3cret@db/x' };
    const report = await run(['node', '--eval', code, "it's"], { env });
    expect(report.code).toBe(0);
    expect(report.command).toMatch(/^node --eval 'if .*' 'it'\\''s'$/);
  });

  test('secrets are not in the names of what failed', async () => {
    const { run } = await project({});
    const code = "console.log('1..1\\nnot ok 1 - reads ' + process.env.DATABASE_URL)";
    const env = { PATH: process.env['PATH'], DATABASE_URL: 'postgres://a:s3cret@db/x' };
    expect((await run(['node', '--eval', code], { env })).failing).toEqual(['reads postgres://a:***@db/x']);
  });

  test('C5: one that does not end is ended, and that is a result', async () => {
    const { run } = await project({});
    const report = await run(['node', '--eval', 'setInterval(() => {}, 1000)'], { timeoutMs: 1_000 });
    expect(report).toMatchObject({
      code: null,
      counted: false,
      timedOut: true,
      summary: 'did not end in time',
    });
  });

  test('one that cannot be started is an error', async () => {
    const { run, write, root } = await project({});
    await expect(run(['no-such-program'])).rejects.toMatchObject({ code: 'program-not-found' });
    await write('run.sh', '#!/bin/sh\nexit 0\n');
    await expect(run(['./run.sh'])).rejects.toMatchObject({ code: 'program-not-found' });
    await chmod(join(root, 'run.sh'), 0o755);
    expect(await run(['./run.sh'])).toMatchObject({ code: 0 });
  });
});
