import { PATIENCE, type Patience } from './alert.ts';
import type { Check } from './check.ts';
import type { Threshold } from './threshold.ts';

/** The part `monitor` of the configuration file, as its schema lets it through. */
export interface MonitorConfig {
  readonly thresholds: Readonly<Record<string, ThresholdOverride>>;
  readonly disable: readonly string[];
  readonly disk?: number | undefined;
  readonly raiseAfter?: number | undefined;
  readonly clearAfter?: number | undefined;
}

interface ThresholdOverride {
  readonly warning?: number | null | undefined;
  readonly critical?: number | null | undefined;
  readonly raiseAfter?: number | undefined;
}

/** What is in force: the checks' own thresholds, and what the configuration says instead. */
export interface MonitorSettings {
  /** Those that are not disabled. */
  readonly checks: readonly Check[];
  readonly thresholdOf: (check: Check) => Threshold | null;
  readonly patienceOf: (threshold: Threshold | null) => Patience;
  /** The size of the server's disk, where somebody says it: no server tells. */
  readonly diskBytes: number | null;
}

/** What is wrong with the configuration, and what may have been meant. */
interface SettingsProblem {
  readonly message: string;
  readonly candidates: readonly string[];
}

type ReadSettings =
  | { readonly ok: true; readonly settings: MonitorSettings }
  | { readonly ok: false; readonly problems: readonly SettingsProblem[] };

/** What the configuration makes of the checks, or all of its problems at once. */
export function monitorSettings(checks: readonly Check[], config: MonitorConfig): ReadSettings {
  const { thresholds, disable, raiseAfter = PATIENCE.raiseAfter, clearAfter = PATIENCE.clearAfter } = config;
  const problems = [
    ...disable.flatMap((name) => unknownCheck(checks, 'monitor.disable', name)),
    ...Object.entries(thresholds).flatMap(([name, override]) => {
      const check = checks.find((one) => one.name === name);
      return check === undefined
        ? unknownCheck(checks, 'monitor.thresholds', name)
        : overrideProblems(check, override);
    }),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const settings: MonitorSettings = {
    checks: checks.filter(({ name }) => !disable.includes(name)),
    thresholdOf: (check) => withOverride(check, thresholds[check.name]),
    diskBytes: config.disk ?? null,
    patienceOf: (threshold) => ({ raiseAfter: threshold?.raiseAfter ?? raiseAfter, clearAfter }),
  };
  return { ok: true, settings };
}

function withOverride({ threshold }: Check, override: ThresholdOverride | undefined): Threshold | null {
  if (threshold === null || override === undefined) return threshold;
  const { warning = threshold.warning, critical = threshold.critical, raiseAfter } = override;
  return {
    ...threshold,
    warning,
    critical,
    ...(raiseAfter === undefined ? {} : { raiseAfter }),
    source: 'the configuration file',
  };
}

function overrideProblems(check: Check, override: ThresholdOverride): SettingsProblem[] {
  const where = `monitor.thresholds.${check.name}`;
  const merged = withOverride(check, override);
  if (merged === null)
    return [{ message: `${where}: the check has no number to set; disable it instead`, candidates: [] }];
  const { warning, critical, direction } = merged;
  if (warning === null || critical === null) return [];
  const isInOrder = direction === 'above' ? warning <= critical : warning >= critical;
  const word = direction === 'above' ? 'above' : 'below';
  return isInOrder
    ? []
    : [
        {
          message: `${where}: the warning at ${warning} is ${word} the critical mark at ${critical}; set both`,
          candidates: [],
        },
      ];
}

function unknownCheck(checks: readonly Check[], where: string, name: string): SettingsProblem[] {
  if (checks.some((check) => check.name === name)) return [];
  return [
    {
      message: `${where}: there is no check ${JSON.stringify(name)}`,
      candidates: similarNames(checks, name),
    },
  ];
}

/** The names that share a word with it; all of them where none does. */
export function similarNames(checks: readonly Check[], name: string): readonly string[] {
  const names = checks.map((check) => check.name);
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
  const similar = names.filter((one) => words.some((word) => one.includes(word) || word.includes(one)));
  return similar.length > 0 ? similar : names;
}
