import type { Experiments, Observation } from '../../experiment.ts';
import { PitstopError } from '../../errors.ts';
import { readRoom } from '../../labs/configuration/room.ts';
import { tryConfiguration } from '../../labs/configuration/start.ts';
import { startLines } from '../../report/configuration.ts';
import { isOlder, NEWEST_SERVER } from '../../tuning/versions.ts';
import type { RunContext } from '../context.ts';

const WHERE = 'a server of our own';

/** Starts a server with the settings, as large as this machine allows, and says what it refused. */
export async function startServer(
  run: RunContext,
  { settings }: Experiments['start-server'],
): Promise<Observation> {
  try {
    const report = await tryConfiguration(settings, { room: await readRoom(1), signal: run.signal });
    const reason = { code: 'started', message: [started(run), ...startLines(report)].join('; ') };
    return { accepted: true, reason, observations: report, where: WHERE };
  } catch (error) {
    if (!(error instanceof PitstopError) || run.signal.aborted) throw error;
    const reason = { code: 'not-started', message: error.message };
    return { accepted: false, reason, observations: null, where: WHERE };
  }
}

function started({ server }: RunContext): string {
  if (!isOlder(server)) return 'a server started with it';
  return `a server of PostgreSQL ${NEWEST_SERVER} started with it, and none of ${server.version}`;
}
