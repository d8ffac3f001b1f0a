import type { Reason } from '../outcome.ts';
import type { ServerFacts } from '../pg/catalog/server.ts';
import type { StepKind } from '../steps/step.ts';
import { majorOf } from '../tuning/server.ts';
import { WORKS_WITH_OLDER } from '../tuning/versions.ts';

/** Why an item cannot be worked on at a server as old as that; null where it can, or where nobody knows its kind. */
export function tooOldFor(
  kind: StepKind | null,
  server: Pick<ServerFacts, 'versionNumber' | 'version'>,
): Reason | null {
  if (kind === null || majorOf(server) >= kind.oldestServer) return null;
  return {
    code: 'server-version-unsupported',
    message: `items of the kind ${kind.kind} need PostgreSQL ${kind.oldestServer}, and this is ${server.version}. ${WORKS_WITH_OLDER}`,
  };
}
