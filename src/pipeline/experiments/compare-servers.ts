import type { Experiments, Observation } from '../../experiment.ts';
import { PitstopError } from '../../errors.ts';
import { compareServers as compare } from '../../labs/configuration/compare-servers.ts';
import { bankData } from '../../labs/configuration/data.ts';
import { BANK, bankWorkload } from '../../measure/servers/bank.ts';
import { DEFAULT_COMPARISON } from '../../measure/servers/rounds.ts';
import type { ServerComparison } from '../../tuning/evidence/comparison.ts';
import type { RunContext } from '../context.ts';
import { readBusiestWorkload } from '../busiest-workload.ts';

const WHERE = 'two servers of our own';

/** Lets two servers of our own do the same work, one configured as the target is and one as proposed. */
export async function compareServers(
  run: RunContext,
  { before, after, top }: Experiments['compare-servers'],
): Promise<Observation> {
  const { config, series, limits, signal, emit } = run;
  const { workload, data } = (top === null ? null : await readBusiestWorkload(run, top)) ?? {
    workload: bankWorkload(BANK),
    data: bankData(BANK),
  };
  try {
    const comparison = await compare(
      { before, after, workload, data },
      {
        plan: { ...DEFAULT_COMPARISON, budgetMs: config.trial.budgetMs },
        statementTimeoutMs: limits.cutoffMs,
        clock: series.clock,
        random: series.random,
        signal,
        tell: (message) => emit({ type: 'phase', id: null, phase: 'try', message }),
      },
    );
    return { accepted: true, reason: reasonOf(comparison), observations: comparison, where: WHERE };
  } catch (error) {
    if (!(error instanceof PitstopError) || signal.aborted) throw error;
    const reason = { code: 'not-started', message: error.message };
    return { accepted: false, reason, observations: null, where: WHERE };
  }
}

function reasonOf({ verdict, workload, settings }: ServerComparison): Observation['reason'] {
  const measured = settings.filter(({ evidence }) => evidence === 'measured').length;
  const message = `${workload.name}, ${workload.pairs} pairs of ${workload.transactionsPerRound} transactions: ${WORDS[verdict]}; ${measured} of ${settings.length} settings show an effect`;
  return { code: verdict, message };
}

const WORDS: Readonly<Record<ServerComparison['verdict'], string>> = {
  better: 'the counters are better',
  worse: 'the counters are worse',
  mixed: 'some counters are better and some worse',
  'no-effect': 'no counter moves',
};
