import type { EquivalenceVerdict } from '../../equivalence/verdict.ts';
import { readLocaleOptions } from '../../pg/catalog/database-locale.ts';
import { readSessionSettings } from '../../pg/catalog/session-settings.ts';
import type { Session } from '../../pg/session.ts';
import type { RealData } from './compare-real.ts';
import type { EquivalenceRequest } from './comparing.ts';
import { checkEquivalence } from './equivalence.ts';
import { DEFAULT_DATA_LIMITS, fillSandbox, withSandboxSession, type Contents, type Filled } from './fill.ts';
import type { SandboxServer } from './server.ts';

/** Rows of a table that the sample begins with: enough for join partners, few enough for thousands of executions. */
const SAMPLE_ROWS = 60;
/** One statement on the source; what takes longer is left out of the sample. */
const SAMPLE_TIMEOUT_MS = 10_000;

export interface EquivalenceSandbox {
  readonly filled: Filled;
  readonly check: (request: EquivalenceRequest) => Promise<EquivalenceVerdict>;
}

/** Lends a sandbox with a sample of what statements read, in which rewrites of them are compared with them. */
export async function withEquivalenceSandbox<T>(
  server: SandboxServer,
  source: Session,
  contents: Pick<Contents, 'relations' | 'statements'>,
  real: RealData | null,
  signal: AbortSignal,
  use: (sandbox: EquivalenceSandbox) => Promise<T>,
): Promise<T> {
  const settings = await readSessionSettings(source);
  const localeOptions = await readLocaleOptions(source);
  const data = {
    ...DEFAULT_DATA_LIMITS,
    maxRows: 0,
    sampleRows: SAMPLE_ROWS,
    statementTimeoutMs: SAMPLE_TIMEOUT_MS,
  };
  return server.withDatabase({ type: 'empty', localeOptions }, async (database) => {
    const filled = await fillSandbox(source, database, { ...contents, triggers: false, data }, signal);
    return withSandboxSession(database, settings, signal, (session) =>
      use({ filled, check: (request) => checkEquivalence(session, real, request, signal) }),
    );
  });
}
