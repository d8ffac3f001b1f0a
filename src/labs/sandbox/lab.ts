import type { Proposal } from '../../change.ts';
import { readLocaleOptions } from '../../pg/catalog/database-locale.ts';
import { readSessionSettings } from '../../pg/catalog/session-settings.ts';
import { readOnly } from '../../pg/execute.ts';
import { isStatementTimeout, sqlState, SQLSTATE } from '../../pg/failure.ts';
import type { Session } from '../../pg/session.ts';
import type { Trial, TrialReason } from '../../trial.ts';
import { readBuilt } from '../attempt.ts';
import { measureBaseline } from '../baseline.ts';
import type { CompareSettings } from '../compare.ts';
import type { Lab } from '../lab.ts';
import type { LabLimits } from '../limits.ts';
import { impossible, sidesMeasurer, type Side } from '../sides.ts';
import { fillSandbox, withSandboxSession, type Contents, type Filled } from './fill.ts';
import type { SandboxServer } from './server.ts';

export interface SandboxLabSettings extends Pick<CompareSettings, 'threshold' | 'series'> {
  readonly limits: LabLimits;
}

export interface SandboxLab extends Lab {
  readonly filled: Filled;
  /** Sees the data without any change. */
  readonly reader: Session;
}

/**
 * Lends a lab on databases of our own: one as things are, and for each trial a fresh copy with the change, made by the very
 * statements that the target would get. Hosts whatever runs outside of a transaction; measures only where all the data is.
 */
export async function withSandboxLab<T>(
  server: SandboxServer,
  source: Session,
  contents: Contents,
  settings: SandboxLabSettings,
  use: (lab: SandboxLab) => Promise<T>,
): Promise<T> {
  const { signal } = settings.series;
  const sessionSettings = await readSessionSettings(source);
  const localeOptions = await readLocaleOptions(source);
  // Nobody may be connected to a database that is copied, so one is kept for that alone.
  return server.withDatabase({ type: 'empty', localeOptions }, async (pristine) => {
    const filled = await fillSandbox(source, pristine, contents, signal);
    const copy = { type: 'copy', database: pristine.name } as const;
    return server.withDatabase(copy, (without) =>
      withSandboxSession(without, sessionSettings, signal, (reader) => {
        const inCopy: InCopy = (work) =>
          server.withDatabase(copy, (database) =>
            withSandboxSession(database, sessionSettings, signal, work),
          );
        return use({ ...sandboxLab(server.kind, reader, inCopy, filled, settings), filled, reader });
      }),
    );
  });
}

/** Runs work on a fresh copy, which goes afterwards. */
type InCopy = <T>(work: (session: Session) => Promise<T>) => Promise<T>;

function sandboxLab(
  name: string,
  reader: Session,
  inCopy: InCopy,
  { sampled }: Filled,
  settings: SandboxLabSettings,
): Lab {
  const { limits, series } = settings;
  const { cutoffMs } = limits;
  const measure = sidesMeasurer({ ...settings, cutoffMs, where: name });
  const sideOf = (session: Session): Side => ({
    session,
    isolate: (timeoutMs, probing) => (work) => readOnly(session, timeoutMs, work, probing),
  });

  return {
    name,
    unhosted: () =>
      sampled
        ? {
            code: 'sampled',
            message: `the ${name} lab has a sample of the data, which says nothing of times`,
          }
        : null,

    baseline: (probe) => measureBaseline(reader, probe, { cutoffMs, series, where: name }),

    trial: (proposal, probe, meaning) =>
      inCopy(async (changed): Promise<Trial> => {
        const started = series.clock();
        const failure = await make(changed, proposal, limits);
        if (failure !== null) return impossible(proposal, failure.code, failure.message);
        const buildMs = series.clock() - started;
        const built = await readBuilt(changed, proposal);
        const sizeBytes = built.reduce((sum, index) => sum + index.sizeBytes, 0);
        const made = { sizeBytes, buildMs };
        const [without, withChange] = [sideOf(reader), sideOf(changed)];
        return measure({ without, with: withChange, proposal, probe, meaning, made });
      }),
  };
}

const FAILURES: Readonly<Record<string, string>> = {
  [SQLSTATE.diskFull]: 'disk-full',
  [SQLSTATE.programLimit]: 'value-too-large',
};

/** Runs the statements of a change as the target would get them. */
async function make(session: Session, { change }: Proposal, limits: LabLimits): Promise<TrialReason | null> {
  await session.query(`SELECT set_config('statement_timeout', $1, false)`, [String(limits.buildTimeoutMs)]);
  try {
    for (const { up } of change.steps) await session.query(up);
    return null;
  } catch (error) {
    const state = sqlState(error);
    if (isStatementTimeout(error))
      return { code: 'build-timeout', message: 'the change took longer than it may' };
    if (state === null || state === SQLSTATE.queryCanceled || !(error instanceof Error)) throw error;
    return { code: FAILURES[state] ?? 'build-failed', message: error.message };
  } finally {
    await session.query(`SELECT set_config('statement_timeout', '0', false)`).catch(() => undefined);
  }
}
