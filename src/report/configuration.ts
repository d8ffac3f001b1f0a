import type { CounterChange } from '../measure/servers/changes.ts';
import type { ServerComparison } from '../tuning/evidence/comparison.ts';
import type { MeasuredSetting } from '../tuning/evidence/evidence.ts';
import type { Adaptation } from '../tuning/start/held-back.ts';
import type { Refusal } from '../tuning/start/refusals.ts';
import type { StartReport } from '../tuning/start/report.ts';
import { formatBytes, formatNumber } from './format.ts';

/** By setting, what was measured of it, in one sentence; what is missing is by rule. */
export function measuredSentences({
  settings,
  after,
  workload,
}: ServerComparison): ReadonlyMap<string, string> {
  return new Map(
    settings.flatMap((setting) => {
      if (setting.evidence === 'by-rule') return [];
      const scaled = after.adapted.find(({ name, tried }) => name === setting.name && tried !== null);
      const at = scaled === undefined ? '' : `, tried at ${scaled.tried}`;
      return [[setting.name, `${sentenceOf(setting)}${at}, with ${workload.name}`] as const];
    }),
  );
}

function sentenceOf(setting: MeasuredSetting): string {
  const { counter, after, together } = setting;
  if (counter === 'plans') return after === 1 ? 'a plan changes' : `${after} plans change`;
  const others = together.length === 0 ? '' : ` together with ${together.join(', ')}`;
  return `${movement(setting)}${others}`;
}

type Movement = Pick<CounterChange, 'label' | 'unit' | 'before' | 'after'>;

/** `bytes of log for each transaction fall from 9.1 kB to 1.7 kB`. */
function movement({ label, unit, before, after }: Movement): string {
  const [one, other] = [before, after].map((value) =>
    unit === 'bytes' ? formatBytes(value) : formatNumber(value),
  );
  return `${label} for each transaction ${after < before ? 'fall' : 'rise'} from ${one} to ${other}`;
}

/** What a start has shown, for people; nothing where everything was taken as it was proposed. */
export function startLines({ refused, adapted, warnings }: StartReport): string[] {
  return [
    ...refused.map(refusalLine),
    ...adapted.map(adaptationLine),
    ...warnings.map((text) => `the server warns: ${text}`),
  ];
}

/** What another build may well know is not refused: the server that it is for may have said that it takes it. */
function refusalLine({ name, value, kind, message, hint }: Refusal): string {
  const what = kind === 'conflict' ? 'refused' : 'not known to the build that it was tried with';
  return `${what}: ${name} = ${value}: ${message}${hint === null ? '' : ` (${hint})`}`;
}

function adaptationLine({ name, proposed, tried, why }: Adaptation): string {
  if (tried === null) return `not tried here: ${name} = ${proposed}: ${why}`;
  return `tried here with ${name} = ${tried} instead of ${proposed}: ${why}`;
}

const VERDICTS: Readonly<Record<ServerComparison['verdict'], string>> = {
  better: 'better by what the servers counted',
  worse: 'worse by what the servers counted',
  mixed: 'better in some counters, worse in others',
  'no-effect': 'no counter moved with this workload',
};

/** What a comparison has shown, for people. */
export function comparisonLines(comparison: ServerComparison): string[] {
  const { workload, verdict, findings, counters, plans, times, notes } = comparison;
  const { name, pairs, transactionsPerRound, clients } = workload;
  const sessions = clients === 1 ? 'one session' : `${clients} sessions`;
  return [
    `measured with ${name}: ${pairs} pairs of ${transactionsPerRound} transactions, ${sessions}: ${VERDICTS[verdict]}`,
    ...findings.map(({ message, advice }) => `before: ${message}. ${advice}`),
    ...counters
      .filter((change) => change.verdict !== 'same')
      .map((change) => `${markOf(change)} ${movement(change)}`),
    ...(plans.changed.length === 0 ? [] : [`${plans.changed.length} of ${plans.of} plans change`]),
    `times: ${times.message}`,
    ...notes,
  ];
}

function markOf({ better }: CounterChange): string {
  return better === null ? ' ' : better ? '+' : '-';
}
