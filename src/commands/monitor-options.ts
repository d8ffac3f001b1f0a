import { PitstopError } from '../errors.ts';
import { AREAS } from '../monitoring/areas.ts';
import type { Check } from '../monitoring/check.ts';
import { selectChecks } from '../monitoring/round.ts';
import { similarNames } from '../monitoring/settings.ts';
import type { Address } from '../watch/serve.ts';
import type { OptionValues } from './command.ts';
import { listOf } from './project.ts';

/** How `pitstop monitor` was called. */
export interface MonitorOptions {
  readonly once: boolean;
  /** Null where rounds are taken once, or whenever Prometheus asks. */
  readonly intervalMs: number | null;
  /** Null where nothing is served. */
  readonly serve: Address | null;
  readonly failOn: 'warning' | 'critical' | 'nothing';
  readonly strict: boolean;
  /** A file, null for the usual one, false for none. */
  readonly history: string | null | false;
}

const LIVE_INTERVAL_MS = 10_000;
const LEAST_INTERVAL_MS = 1_000;
const MOST_INTERVAL_MS = 86_400_000;
const DEFAULT_ADDRESS: Address = { host: '127.0.0.1', port: 9_718 };

/** @param isLive whether there is a terminal to draw on */
export function readMonitorOptions(options: OptionValues, isLive: boolean): MonitorOptions {
  const { once, interval, prometheus, failOn = 'warning', strict, history } = options;
  const given = typeof interval === 'string' ? readDuration(interval) : null;
  const serve = prometheus === undefined ? null : readAddress(prometheus);
  if (once === true && (given !== null || serve !== null)) {
    throw new PitstopError('usage', '--once goes with neither --interval nor --prometheus', {
      hint: 'Leave one of them out.',
    });
  }
  const isOnce = once === true || (given === null && serve === null && !isLive);
  return {
    once: isOnce,
    intervalMs: given ?? (isOnce || serve !== null ? null : LIVE_INTERVAL_MS),
    serve,
    failOn: failOn as MonitorOptions['failOn'],
    strict: strict === true,
    history: history === false ? false : typeof history === 'string' ? history : null,
  };
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };

function readDuration(text: string): number {
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*(s|m|min|h)\s*$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS_MS[unit] ?? Number.NaN);
  if (ms >= LEAST_INTERVAL_MS && ms <= MOST_INTERVAL_MS) return ms;
  throw new PitstopError('usage', `--interval is not a duration from 1 s to 24 h: ${text}`, {
    hint: 'Write --interval 30s, 5m or 1h.',
  });
}

/** `9718`, `127.0.0.1:9718`, `[::1]:9718`, `localhost:9718`. Only an address that is written out leaves the machine. */
function readAddress(given: OptionValues[string]): Address {
  if (given === true || typeof given !== 'string') return DEFAULT_ADDRESS;
  const [, bracketed, plain, digits = ''] =
    /^(?:(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):)?(\d{1,5})$/.exec(given) ?? [];
  const port = digits === '' ? Number.NaN : Number(digits);
  if (port >= 0 && port <= 65_535) return { host: bracketed ?? plain ?? DEFAULT_ADDRESS.host, port };
  throw new PitstopError('usage', `--prometheus is not an address with a port: ${given}`, {
    hint: 'Write --prometheus 9718, --prometheus 0.0.0.0:9718 or --prometheus [::1]:9718.',
  });
}

/** The checks that were asked for, of those that are enabled. */
export function chosenChecks(
  all: readonly Check[],
  enabled: readonly Check[],
  options: OptionValues,
): readonly Check[] {
  const [names, areas] = [listOf(options['check']), listOf(options['area'])];
  const area = areas.find((one) => !AREAS.some((known) => known === one));
  if (area !== undefined)
    throw new PitstopError('usage', `there is no area ${JSON.stringify(area)}`, { candidates: AREAS });
  const name = names.find((one) => !all.some((known) => known.name === one));
  if (name !== undefined) {
    throw new PitstopError('usage', `there is no check ${JSON.stringify(name)}`, {
      hint: 'docs/monitoring.md lists them.',
      candidates: similarNames(all, name),
    });
  }
  const chosen = selectChecks(enabled, { names, areas });
  if (chosen.length > 0) return chosen;
  throw new PitstopError('usage', 'no check is left to look at', {
    hint: 'All that were asked for are in monitor.disable of the configuration file, or their area has none.',
  });
}
