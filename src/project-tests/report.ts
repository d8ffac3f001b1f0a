/** What a runner's output says of one run. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Also what is marked as to be done, and what is expected to fail. */
  readonly skipped: number;
  /** Names of what failed, with file or suite where the output has them; in the order of the output. */
  readonly failing: readonly string[];
  /** What was counted, where it is not tests: some runners name only what failed. */
  readonly unit?: 'packages';
}

/** One run of the user's tests. */
export interface TestReport {
  /** As the user would type it. */
  readonly command: string;
  /** Null where a signal ended it, or the time. */
  readonly code: number | null;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** All of them; 0 where nothing was counted. */
  readonly total: number;
  /** Each name once, at most `MOST_NAMES` of at most `LONGEST_NAME` characters. */
  readonly failing: readonly string[];
  /** False where only the exit code is known. */
  readonly counted: boolean;
  readonly timedOut: boolean;
  /** `22/24 passed, 1 skipped`, `exit code 2`: for people. */
  readonly summary: string;
}

export const MOST_NAMES = 200;
const LONGEST_NAME = 200;

/** How the process ended, and what could be read from its output. */
export interface Ended {
  readonly command: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly counts: Counts | null;
}

export function testReport({ command, code, signal, timedOut, counts }: Ended): TestReport {
  const { passed = 0, failed = 0, skipped = 0, failing = [] } = counts ?? {};
  const names = [...new Set(failing.map(short))].slice(0, MOST_NAMES);
  return {
    command,
    code,
    passed,
    failed,
    skipped,
    total: passed + failed + skipped,
    failing: names,
    counted: counts !== null,
    timedOut,
    summary: summaryOf({ code, signal, timedOut, counts }),
  };
}

/** A run is good when it says so itself and nothing that it has counted failed. */
export function isGood({ code, failed }: TestReport): boolean {
  return code === 0 && failed === 0;
}

function summaryOf({ code, signal, timedOut, counts }: Omit<Ended, 'command'>): string {
  if (timedOut) return 'did not end in time';
  if (counts === null) {
    if (code === 0) return 'passed';
    return code === null ? `ended by ${signal ?? 'a signal'}` : `exit code ${code}`;
  }
  const { passed, failed, skipped, unit } = counts;
  const ran = `${passed}/${passed + failed} ${unit === undefined ? '' : `${unit} `}passed`;
  const said = skipped === 0 ? ran : `${ran}, ${skipped} skipped`;
  return code !== 0 && failed === 0
    ? `${said}, but ${code === null ? 'it was ended' : `exit code ${code}`}`
    : said;
}

function short(name: string): string {
  const line = name.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME - 1)}…` : line;
}
