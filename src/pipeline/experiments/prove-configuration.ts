import { readFile } from 'node:fs/promises';
import type { Experiments, Observation } from '../../experiment.ts';
import { PitstopError } from '../../errors.ts';
import { Blocked } from '../../outcome.ts';
import { readTuningServer } from '../../pg/catalog/tuning-server.ts';
import { comparisonLines } from '../../report/configuration.ts';
import { isOlder, NEWEST_SERVER } from '../../tuning/versions.ts';
import type { RunContext } from '../context.ts';
import { resolveInside } from '../inside.ts';
import { readMeasuredStatements } from '../measured-statements.ts';
import { BUILT_IN, proveConfiguration as prove, type MeasuredBy } from '../prove-configuration.ts';

const WHERE = 'two servers of our own';

/** Lets two servers of our own do the same work, one configured as the target is and one with the settings on top. */
export async function proveConfiguration(
  run: RunContext,
  { settings, statements }: Experiments['prove-configuration'],
): Promise<Observation> {
  const { limits, series, signal, emit } = run;
  const measured = await measuredBy(run, statements);
  try {
    const proof = await prove({
      settings,
      server: await readTuningServer(run.reader),
      measured,
      statementTimeoutMs: limits.cutoffMs,
      clock: series.clock,
      signal,
      tell: (message) => emit({ type: 'phase', id: null, phase: 'try', message }),
    });
    const lines = proof.comparison === null ? [] : comparisonLines(proof.comparison);
    const spared = statements === null ? null : whyNotCopied(run);
    const message = [
      lines[0] ?? 'a server started with them',
      ...(spared === null ? [] : [`its Workload was not used: ${spared}`]),
    ].join('; ');
    const reason = { code: 'compared', message };
    return { accepted: true, reason, observations: proof, where: WHERE };
  } catch (error) {
    if (!(error instanceof PitstopError) || signal.aborted) throw error;
    return {
      accepted: false,
      reason: { code: 'not-started', message: error.message },
      observations: null,
      where: WHERE,
    };
  }
}

/**
 * Rows of a database that others depend on are copied only where somebody has named a lab that does so, and what
 * describes tables is that of the newest version.
 */
function whyNotCopied({ environment, labIsOwn, server }: RunContext): string | null {
  if (isOlder(server))
    return `tables are copied of PostgreSQL ${NEWEST_SERVER} only, and this is ${server.version}`;
  if (labIsOwn || environment === 'development' || environment === 'test') return null;
  return 'rows that others depend on are copied only with --lab embedded, clone or container';
}

async function measuredBy(run: RunContext, named: string | null): Promise<MeasuredBy> {
  const { budgetMs } = run.config.trial;
  if (named === null || whyNotCopied(run) !== null) return { ...BUILT_IN, budgetMs };
  try {
    return { ...(await readMeasuredStatements(run, { named, text: await textOf(run, named) })), budgetMs };
  } catch (error) {
    if (error instanceof PitstopError)
      throw new Blocked('needs-information', 'workload-empty', error.message);
    throw error;
  }
}

/** The file that is named, if it is one. */
async function textOf({ root }: RunContext, named: string): Promise<string | null> {
  if (!/\.sql$/i.test(named.trim())) return null;
  const path = await resolveInside(root, named.trim());
  const text = path === null ? null : await readFile(path, 'utf8').catch(() => null);
  if (text !== null) return text;
  throw new Blocked(
    'needs-information',
    'file-not-found',
    `${named} cannot be read; which file holds the statements?`,
  );
}
