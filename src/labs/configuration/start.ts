import { readSettingFacts } from '../../pg/catalog/tuning-server.ts';
import { withSession } from '../../pg/session.ts';
import { parseTarget } from '../../pg/target.ts';
import { TAKES } from '../../tuning/recommend.ts';
import { configurationText, type Configuration } from '../../tuning/start/configuration.ts';
import { draftOf, fitted, nameless, withdraw, without, type Draft } from '../../tuning/start/draft.ts';
import type { Room } from '../../tuning/start/fit.ts';
import { commandLineOf, TRIAL, type Overrides } from '../../tuning/start/held-back.ts';
import { readWarnings } from '../../tuning/start/refusals.ts';
import type { StartReport } from '../../tuning/start/report.ts';
import { askBeforeStart } from '../embedded/ask.ts';
import { openCluster, writeConfiguration, type Cluster } from '../embedded/cluster.ts';
import { readLog } from '../embedded/postmaster.ts';
import { startOn, type ClusterServer } from '../embedded/server.ts';
import { NotStarted } from '../embedded/unavailable.ts';

export interface Started {
  readonly server: ClusterServer;
  readonly report: StartReport;
}

export interface StartSurroundings {
  readonly room: Room;
  /** What the server has otherwise than it is proposed; without it, what every trial needs. */
  readonly overrides?: Overrides;
  readonly signal: AbortSignal;
}

/** Starts a server with a configuration, to see whether it does, and with what of it; then the server goes. */
export async function tryConfiguration(
  proposed: Configuration,
  surroundings: StartSurroundings,
): Promise<StartReport> {
  const cluster = await openCluster(surroundings);
  try {
    const { server, report } = await startWith(cluster, proposed, surroundings);
    await server.stop('immediate');
    return report;
  } finally {
    await cluster.close();
  }
}

/**
 * Starts a server on a cluster with the whole of a configuration in a file of its own, and says what this build refuses
 * and what this machine is too small for; with the rest it runs. Only a server finds what does not go together, and it
 * stops at the first thing: so it is tried until nothing is left that it refuses.
 * @throws PitstopError `embedded-unavailable` where it does not start and its log names none of the settings
 */
export async function startWith(
  cluster: Cluster,
  proposed: Configuration,
  surroundings: StartSurroundings,
): Promise<Started> {
  let draft = draftOf(proposed, surroundings.overrides ?? TRIAL);
  for (;;) {
    const attempt = await attemptStart(cluster, draft, surroundings);
    if ('server' in attempt) return { server: attempt.server, report: await reportOn(cluster, attempt) };
    const left = withdraw(draft, attempt.log);
    if (left === null) throw new NotStarted(attempt.log);
    draft = left;
  }
}

interface Running {
  readonly server: ClusterServer;
  readonly draft: Draft;
}

/** A running server, or the log of one that did not start. */
async function attemptStart(
  cluster: Cluster,
  draft: Draft,
  { room, overrides = TRIAL, signal }: StartSurroundings,
): Promise<Running | { readonly log: string }> {
  const onCommandLine = commandLineOf(overrides);
  await writeConfiguration(cluster, configurationText(draft.configuration));
  const shared = await askBeforeStart(cluster, 'shared_memory_size', onCommandLine, signal);
  if ('log' in shared) return shared;
  const pages = await askBeforeStart(cluster, 'shared_memory_size_in_huge_pages', onCommandLine, signal);
  if ('log' in pages) return pages;
  const needs = {
    sharedMemoryBytes: Number(shared.value) * 1024 ** 2,
    hugePages: Number(pages.value) > 0 ? Number(pages.value) : null,
  };
  const fitting = fitted(draft, needs, room);
  const configuration = configurationText(fitting.configuration);
  try {
    const server = await startOn(cluster, { settings: onCommandLine, configuration, signal });
    return { server, draft: fitting };
  } catch (error) {
    if (error instanceof NotStarted) return { log: error.log };
    throw error;
  }
}

/**
 * What the server says of the settings it runs with. A name with a dot that no library has claimed it takes without a word:
 * it means nothing, and is not in its list.
 */
async function reportOn(cluster: Cluster, { server, draft }: Running): Promise<StartReport> {
  const facts = await withSession(parseTarget(server.url, {}), 'configuration', null, readSettingFacts);
  const contexts = new Map([...facts.values()].map(({ name, context }) => [name.toLowerCase(), context]));
  const contextOf = (name: string) => contexts.get(name.toLowerCase());
  const unknown = Object.entries(draft.configuration)
    .filter(([name]) => contextOf(name) === undefined)
    .map(([name, value]) => nameless(name, value, `no library that is loaded knows "${name}"`));
  const { configuration, refused, adapted } = without(draft, unknown);
  const takes = Object.keys(configuration).map((name) => [name, TAKES[contextOf(name) ?? 'internal']]);
  const warnings = readWarnings(await readLog(cluster.folder.path));
  return { tried: configuration, refused, adapted, takes: Object.fromEntries(takes), warnings };
}
