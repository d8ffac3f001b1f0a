import { PitstopError } from '../errors.ts';
import { readServerFacts } from '../pg/catalog/server.ts';
import { withSession } from '../pg/session.ts';
import { describeTarget } from '../pg/target.ts';
import { redact } from '../report/redact.ts';
import { missing, ok, unknown, warning, type Check, type Finding, type Place } from './check.ts';
import { CHECKS } from './index.ts';

export interface Examined extends Finding {
  /** Several findings of one check share its id. */
  readonly id: string;
}

/** Looks at everything. What fails to be looked at is `unknown` and keeps nothing else from being looked at. */
export async function examine(place: Place): Promise<readonly Examined[]> {
  const found: Examined[] = [];
  for (const check of CHECKS)
    if (check.needs === 'place') found.push(...(await look(check, () => check.look(place))));
  return redact([...found, ...(await examineDatabase(place))]);
}

async function examineDatabase(place: Place): Promise<Examined[]> {
  const { target } = place;
  if (target === null) {
    const message = 'no database is named, so none of its protections can be looked at';
    return [{ id: 'database', ...warning(message, 'Pass --database-url, or set DATABASE_URL.') }];
  }
  try {
    return await withSession(target, 'control', null, (session) =>
      withSession(target, 'reader', null, async (other) => {
        const server = await readServerFacts(session);
        const connected = { ...place, target, session, other, server };
        const found: Examined[] = [{ id: 'database', ...ok(`connected to ${describeTarget(target)}`) }];
        for (const check of CHECKS)
          if (check.needs === 'database') found.push(...(await look(check, () => check.look(connected))));
        return found;
      }),
    );
  } catch (error) {
    if (!(error instanceof PitstopError)) throw error;
    return [{ id: 'database', ...missing(error.message, error.hint ?? 'Check the URL of the database.') }];
  }
}

async function look(
  { id }: Check,
  find: () => Promise<Finding | readonly Finding[]>,
): Promise<readonly Examined[]> {
  try {
    return [await find()].flat().map((finding) => ({ id, ...finding }));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const hint = error instanceof PitstopError ? (error.hint ?? null) : null;
    return [{ id, ...unknown(`could not be looked at: ${message}`, hint) }];
  }
}
