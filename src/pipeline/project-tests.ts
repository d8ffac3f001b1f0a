import { resolveProgram } from '../external/programs.ts';
import { hashKey } from '../journal/journal.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import { compareReports } from '../project-tests/compare.ts';
import { isGood, type TestReport } from '../project-tests/report.ts';
import { runProjectTests } from '../project-tests/run-project-tests.ts';
import type { MeasuredTrial } from '../trial.ts';
import { note } from './audit.ts';
import { appliesItself, type RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { enterJournal } from './enter-journal.ts';
import type { RunRequest } from './run-request.ts';
import { takeBack } from './take-back.ts';
import { verify } from './verify.ts';

/** A command that cannot be found is an error before anything is begun. */
export async function requireTestCommand(request: RunRequest): Promise<void> {
  const { config, options, root, processEnv } = request;
  if (config.tests === undefined || options.dryRun || !appliesItself(request)) return;
  const [program] = config.tests.command;
  const searchPath = processEnv['PATH'];
  await resolveProgram({ configured: program }, { root, cwd: root, searchPath });
}

/**
 * The tests as they are before anything of this run is applied, run when the first change is about to be. Each item's
 * journal holds them, so that a run that resumes knows what was so before. Null where none are configured.
 */
export async function testBefore(run: RunContext, { file, item }: Dossier): Promise<TestReport | null> {
  if (run.config.tests === undefined) return null;
  const report = await run.testsBefore(() => baseline(run));
  await enterJournal(run, file, hashKey(item.key), { type: 'tested', report });
  return report;
}

async function baseline(run: RunContext): Promise<TestReport> {
  tell(run, null, 'prepare', `tests before the first change: ${shown(run)}`);
  const report = await runTests(run);
  const known = report.failing.slice(0, 3).join(', ');
  const said = isGood(report)
    ? `tests before the first change: ${report.summary}`
    : `tests fail before any change: ${report.summary}${known === '' ? '' : ` (${known})`}; what failed before is held against no change`;
  tell(run, null, 'prepare', said);
  return report;
}

/** Verifies an applied change, then runs the project's tests on it; a change that makes them fail is taken back. */
export async function confirm(
  run: RunContext,
  dossier: Dossier,
  trial: MeasuredTrial | null,
  before: TestReport | null,
): Promise<Conclusion> {
  const conclusion = await verify(run, dossier, trial);
  if (run.config.tests === undefined || conclusion.outcome === 'failed') return conclusion;
  const { id } = dossier.item;
  tell(run, id, 'verify', `tests: ${shown(run)}`);
  const after = await runTests(run);
  const comparison = compareReports(before, after);
  dossier.tests = { before, after, comparison };
  tell(run, id, 'verify', `tests: ${comparison.message}`);
  if (comparison.verdict !== 'worse') return conclusion;
  const failing = `tests fail with the change: ${comparison.message}`;
  return conclude('failed', 'tests-failed', `${failing}; ${await takeBack(run, dossier)}`);
}

async function runTests(run: RunContext): Promise<TestReport> {
  const { config, root, processEnv: env, signal } = run;
  if (config.tests === undefined) throw new Error('no tests are configured');
  const { command, timeoutMs } = config.tests;
  const [program, ...args] = command;
  await note(run, { event: 'command', program, arguments: args });
  return runProjectTests({ command, timeoutMs, root, env, signal });
}

function shown({ config }: RunContext): string {
  return config.tests?.command.join(' ') ?? '';
}

function tell(run: RunContext, id: string | null, phase: 'prepare' | 'verify', message: string): void {
  run.emit({ type: 'phase', id, phase, message });
}
