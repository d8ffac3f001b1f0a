import { openAuditLog } from '../audit/log.ts';
import { PitstopError } from '../errors.ts';
import type { ApprovalRequest } from '../gate/request.ts';
import { removeRepositoryFile } from '../pipeline/files.ts';
import {
  readRequestFile,
  readRequestFiles,
  requestPath,
  writeRequestFile,
} from '../pipeline/request-files.ts';
import { approvalPaths, isSigned } from '../pipeline/signed-approval.ts';
import { printable } from '../report/printable.ts';
import { redact } from '../report/redact.ts';
import { requestLines } from '../report/request.ts';
import type { OptionValues, Outside } from './command.ts';
import { openRepository, type Repository } from './project.ts';

/** `pitstop requests`: every request on file, with how it stands. */
export async function requestsCommand(outside: Outside, options: OptionValues): Promise<number> {
  const { root } = await openRepository(outside, options);
  const listed = [];
  for (const request of await readRequestFiles(root)) {
    const state =
      request.rejected !== null ? 'rejected' : (await isSigned(root, request.id)) ? 'signed' : 'waiting';
    listed.push({ ...request, stands: state, path: requestPath(request.id) });
  }
  if (options['json'] === true) outside.out(`${JSON.stringify({ schemaVersion: 1, requests: listed })}\n`);
  else if (listed.length === 0) outside.out('nothing waits for an approval\n');
  else
    outside.out(
      listed
        .map(
          ({ id, stands, environment, target, item, summary }) =>
            `${id}  ${stands.padEnd(8)} ${environment}, ${target.database}${item === null ? '' : `, item ${item.id}`}: ${printable(summary)}\n`,
        )
        .join(''),
    );
  return 0;
}

/** `pitstop show ID`. */
export async function showCommand(outside: Outside, id: string, options: OptionValues): Promise<number> {
  const { root } = await openRepository(outside, options);
  const request = await findRequest(root, id);
  if (options['json'] === true) outside.out(`${JSON.stringify(request)}\n`);
  else outside.out(`${requestLines(request).join('\n')}\n`);
  return 0;
}

/** `pitstop reject ID`: noted with the request; the next run writes it into the task file. */
export async function rejectCommand(outside: Outside, id: string, options: OptionValues): Promise<number> {
  const repository = await openRepository(outside, options);
  const request = await findRequest(repository.root, id);
  const given = options['reason'];
  const rejected = {
    by: outside.actor.user,
    at: outside.now().toISOString(),
    reason: redact(typeof given === 'string' && given.trim() !== '' ? given.trim() : 'no reason given'),
  };
  await writeRequestFile(repository, { ...request, rejected });
  const audit = openAuditLog({
    root: repository.root,
    actor: outside.actor,
    runId: outside.newId(),
    now: outside.now,
    newLogId: outside.newId,
  });
  await audit.append({ event: 'rejected', request: request.id, approver: rejected.by, why: rejected.reason });
  // Whatever was signed before is taken back with it.
  for (const path of Object.values(approvalPaths(request.id))) await removeRepositoryFile(repository, path);
  if (options['json'] === true) outside.out(`${JSON.stringify({ ...request, rejected })}\n`);
  else outside.out(`request ${request.id} is rejected; the next run notes it in the task file\n`);
  return 0;
}

/** The request whose id begins so; an abbreviation has to be clear. */
export async function findRequest(root: Repository['root'], id: string): Promise<ApprovalRequest> {
  const exact = await readRequestFile(root, id);
  if (exact !== null) return exact;
  const all = await readRequestFiles(root);
  const [only, ...others] = /^[0-9a-f]{4,}$/.test(id)
    ? all.filter((request) => request.id.startsWith(id))
    : [];
  if (only !== undefined && others.length === 0) return only;
  throw new PitstopError('request-not-found', `there is no request ${JSON.stringify(id)} here`, {
    hint: 'pitstop requests lists them. One whose file was edited counts as none: run again to have it written anew.',
    candidates: all.map((request) => request.id),
  });
}
