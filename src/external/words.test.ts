import { describe, expect, test } from 'vitest';
import { splitCommand } from './words.ts';

describe('words', () => {
  test.each<[command: string, words: readonly string[]]>([
    ['npm test', ['npm', 'test']],
    ['  npm\t test  ', ['npm', 'test']],
    ['npx vitest run --reporter=json "a b"', ['npx', 'vitest', 'run', '--reporter=json', 'a b']],
    [`pytest -k 'not slow' ''`, ['pytest', '-k', 'not slow', '']],
    [`a"b c"'d e'f`, ['ab cd ef']],
    [String.raw`a\ b \$HOME \\`, ['a b', '$HOME', '\\']],
    [String.raw`x "say \"hi\" \\ \n"`, ['x', String.raw`say "hi" \ \n`]],
    [`x '$HOME | * \\'`, ['x', '$HOME | * \\']],
    ['x "a | b && c > d * ?"', ['x', 'a | b && c > d * ?']],
    ['go test ./... -run=A~1#2', ['go', 'test', './...', '-run=A~1#2']],
    ['npm test -- --env=CI=1', ['npm', 'test', '--', '--env=CI=1']],
  ])('%s', (command, words) => {
    expect(splitCommand(command)).toEqual({ words });
  });
});

describe('what needs a shell is a problem that says the way out', () => {
  test.each([
    'npm test && npm run e2e',
    'npm test | tee log',
    'npm test; true',
    'npm test &',
    'npm test > log',
    'npm test 2>&1',
    'npm test < input',
    'echo $HOME',
    'echo "$HOME"',
    'echo `id`',
    'echo "`id`"',
    'echo $(id)',
    'vitest src/*.test.ts',
    'vitest src/a?.ts',
    'vitest src/[ab].ts',
    'vitest src/{a,b}.ts',
    '(npm test)',
    '~/bin/test',
    'npm test # all of them',
    'npm test\nid',
    'CI=1 npm test',
  ])('%s', (command) => {
    expect(splitCommand(command)).toEqual({ problem: expect.stringMatching(/needs a shell: .*array/) });
  });

  test.each([
    ['', 'the command is empty'],
    [' \t', 'the command is empty'],
    ["''", 'the command is empty'],
    ['npm "test', 'a " is not closed'],
    ["npm 'test", "a ' is not closed"],
    ['npm "test\\"', 'a " is not closed'],
  ])('%j: %s', (command, problem) => {
    expect(splitCommand(command)).toEqual({ problem });
  });
});
