import { EXIT, PitstopError } from '../errors.ts';
import { formatSpan } from '../monitoring/words.ts';
import type { Round } from '../monitoring/round.ts';
import { describeTarget } from '../pg/target.ts';
import { changeLines, roundHead, summaryOf } from '../report/monitor.ts';
import { liveLines } from '../report/monitor-screen.ts';
import { printable } from '../report/printable.ts';
import { redact } from '../report/redact.ts';
import { metricsText } from '../watch/metrics.ts';
import { every, onDemand } from '../watch/pace.ts';
import { scraping } from '../watch/scrape.ts';
import { serveMetrics } from '../watch/serve.ts';
import { watch, type Watching, type WatchPlace } from '../watch/watch.ts';
import type { Outside, Screen } from './command.ts';
import { lostDocument, roundDocument } from './monitor-json.ts';
import type { MonitorOptions } from './monitor-options.ts';

interface MonitorOn {
  readonly outside: Outside;
  readonly place: WatchPlace;
  readonly how: MonitorOptions;
  readonly json: boolean;
  readonly isQuiet: boolean;
  /** Grows while it is watched. */
  readonly remarks: readonly string[];
}

/**
 * Watches until somebody ends it, which rejects: as a picture, as lines, or as metrics for whoever asks. What only prints
 * ends well where nobody reads it any more.
 */
export async function monitorOn(monitor: MonitorOn): Promise<number> {
  const { outside, place, how } = monitor;
  const demand = onDemand();
  const pace = how.intervalMs === null ? demand.pace : every(how.intervalMs, outside.clock);
  const scrapes = scraping(how.intervalMs === null ? demand.ask : null, outside.clock);
  const metrics = async () => metricsText(await scrapes.known());
  const server = how.serve === null ? null : await serveMetrics(how.serve, metrics);
  if (server !== null && !monitor.isQuiet) outside.err(`metrics at ${server.url}\n`);
  const teller = tellerOf(monitor);
  const signal = server === null ? AbortSignal.any([place.signal, outside.unread]) : place.signal;
  try {
    return await watch({ ...place, signal }, pace, {
      onLook(look) {
        scrapes.onLook(look);
        teller.onLook(look);
      },
      onLost(error) {
        scrapes.onLost();
        teller.onLost(error);
      },
      onBack: () => teller.onBack(),
    });
  } catch (error) {
    if (signal.aborted && !place.signal.aborted) return EXIT.ok;
    throw error;
  } finally {
    teller.close();
    await server?.close();
  }
}

type Teller = Watching & { readonly close: () => void };

function tellerOf(monitor: MonitorOn): Teller {
  const { screen } = monitor.outside;
  if (monitor.json) return jsonTeller(monitor);
  return screen === null || monitor.how.intervalMs === null
    ? lineTeller(monitor)
    : liveTeller(monitor, screen);
}

/** One line for each round, and one when the server is lost. */
function jsonTeller({ outside, remarks }: MonitorOn): Teller {
  const print = (document: object) => outside.out(`${JSON.stringify(redact(document))}\n`);
  return {
    onLook: (look) => print(roundDocument(look, remarks)),
    onLost: (error) => print(lostDocument(outside.now(), codeAndMessage(error))),
    onBack: () => undefined,
    close: () => undefined,
  };
}

/** For a log: the first round in one line, then only what changes. */
function lineTeller({ outside, place, isQuiet }: MonitorOn): Teller {
  let before: Round | null = null;
  const note = (text: string) => {
    if (!isQuiet) outside.err(`${printable(redact(text))}\n`);
  };
  return {
    onLook({ round }) {
      if (before === null) note(`${roundHead(round)}: ${summaryOf(round)}`);
      for (const line of changeLines(before, round, outside.color)) outside.out(`${line}\n`);
      before = round;
    },
    onLost: (error) =>
      note(`${describeTarget(place.target)} does not answer any more, trying again: ${error.message}`),
    onBack: () => note(`${describeTarget(place.target)} answers again`),
    close: () => undefined,
  };
}

function liveTeller({ outside, how, remarks }: MonitorOn, screen: Screen): Teller {
  let [round, lost]: [Round | null, string | null] = [null, null];
  const pace = `every ${formatSpan((how.intervalMs ?? 0) / 1_000)}`;
  const draw = () =>
    screen.draw(
      liveLines({ round, lost, remarks: remarks.map(redact), pace }, screen.size().rows, outside.color),
    );
  screen.open();
  screen.onResize(draw);
  draw();
  return {
    onLook(look) {
      [round, lost] = [look.round, null];
      draw();
    },
    onLost(error) {
      lost = redact(error.message);
      draw();
    },
    onBack: () => undefined,
    close: () => screen.close(),
  };
}

function codeAndMessage(error: Error) {
  return { code: error instanceof PitstopError ? error.code : 'connection-lost', message: error.message };
}
