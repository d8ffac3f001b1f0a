import { withSession } from '../pg/session.ts';
import { namedByItems, readDrift, type Drift } from '../pipeline/drift.ts';
import { readFileStatus, readWaitingRequests, type FileStatus } from '../pipeline/status.ts';
import { loadParser } from '../sql/parse.ts';
import type { OptionValues, Outside } from './command.ts';
import { openProject, requireTarget, targetOf, type Project } from './project.ts';
import { statusText } from './status-text.ts';

/** Everything behind `pitstop status`, loaded only when it runs. */
export async function statusCommand(
  outside: Outside,
  args: readonly string[],
  options: OptionValues,
): Promise<number> {
  const project = await openProject(outside, args, options);
  const { root, config, paths } = project;
  await loadParser();
  const files = await Promise.all(paths.map((path) => readFileStatus(root, config, path)));
  const requests = await readWaitingRequests(root, files);
  const drift =
    typeof options['databaseUrl'] === 'string' ? await driftOf(outside, options, project, files) : null;
  if (options['json'] === true)
    outside.out(`${JSON.stringify({ schemaVersion: 1, files, requests, drift })}\n`);
  else outside.out(statusText(files, requests, drift ?? [], outside.color));
  return 0;
}

async function driftOf(
  outside: Outside,
  options: OptionValues,
  project: Project,
  files: readonly FileStatus[],
): Promise<Drift[]> {
  const target = requireTarget(targetOf(project, options));
  return withSession(
    target,
    'status',
    outside.signal,
    (session) => readDrift(session, project.root, namedByItems(files)),
    { default_transaction_read_only: 'on' },
  );
}
