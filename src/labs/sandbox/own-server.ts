import { randomBytes } from 'node:crypto';
import { withSession } from '../../pg/session.ts';
import { inDatabase, parseTarget, type Target } from '../../pg/target.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { RunningServer } from './running-server.ts';

const OWNER = 'pitstop_sandbox';

/**
 * A server that we have started, reached as superuser. What is rebuilt there is somebody's code: functions in indexes and
 * checks run while the data is loaded. As superuser they could start programs on this machine, so they run as nobody.
 */
export async function ownServer(url: string, stop: () => Promise<void>): Promise<RunningServer> {
  const admin = parseTarget(url, {});
  const password = randomBytes(24).toString('base64url');
  await withSession(admin, 'sandbox', null, (session) =>
    session.query(`CREATE ROLE ${OWNER} LOGIN PASSWORD ${quoteLiteral(password)}`),
  );
  const owner: Target = { ...admin, user: OWNER, config: { ...admin.config, user: OWNER, password } };
  return {
    admin,
    owner: OWNER,
    copyStrategy: 'FILE_COPY',
    targetOf: (database) => inDatabase(owner, database),
    adminOf: (database) => inDatabase(admin, database),
    stop,
  };
}
