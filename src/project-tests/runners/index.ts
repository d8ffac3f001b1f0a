import type { Counts } from '../report.ts';
import { ava } from './ava.ts';
import { cargo } from './cargo.ts';
import { ctest } from './ctest.ts';
import { dotnet } from './dotnet.ts';
import { goTest, goTestJson } from './go.ts';
import { gradle, junitConsole, surefire } from './java.ts';
import { jest, jestJson } from './jest.ts';
import { junitXml } from './junit-xml.ts';
import { mocha, mochaJson } from './mocha.ts';
import { nodeSpec } from './node.ts';
import { phpunit } from './phpunit.ts';
import { playwright } from './playwright.ts';
import { pytest, unittest } from './pytest.ts';
import { minitest, rspec } from './ruby.ts';
import type { Runner } from './runner.ts';
import { tap } from './tap.ts';
import { vitest } from './vitest.ts';

/** A command may run several of them. Within a group the first that reads something counts: the others say it again. */
export const RUNNERS: readonly (readonly Runner[])[] = [
  [jestJson, vitest, jest],
  [mochaJson, mocha],
  [nodeSpec, tap],
  [ava],
  [playwright],
  [pytest],
  [unittest],
  [goTestJson, goTest],
  [cargo],
  [rspec],
  [minitest],
  [phpunit],
  [surefire, gradle, junitConsole],
  [dotnet],
  [ctest],
  [junitXml],
];

/** What the output of a test command says; null where no runner's is recognised. */
export function readCounts(output: string): Counts | null {
  const text = plain(output);
  const found = RUNNERS.flatMap((group) => {
    for (const runner of group) {
      const counts = runner.read(text);
      if (counts !== null) return [counts];
    }
    return [];
  });
  const [first, ...others] = found;
  return first === undefined ? null : others.reduce(sum, first);
}

function sum(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failing: [...a.failing, ...b.failing],
  };
}

// oxlint-disable-next-line no-control-regex -- colours are control characters
const ESCAPES = /\u001B(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;
/** `packages/a test: ` of pnpm, `a:test: ` of turbo. */
const PREFIX = /^[\w@./-]+(?: test(?::[\w-]+)*|:test(?::[\w-]+)*): ?/gm;

/** Without colours, carriage returns and the names that workspaces put before each line. */
function plain(output: string): string {
  return output.replace(ESCAPES, '').replace(/\r\n?/g, '\n').replace(PREFIX, '');
}
