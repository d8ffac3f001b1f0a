import { resolve } from 'node:path';
import { payloadOf, payloadText } from '../approval/payload.ts';
import { findApprover, signApproval } from '../approval/sign.ts';
import { readSigners } from '../approval/signers.ts';
import { EXIT, PitstopError } from '../errors.ts';
import type { ApprovalRequest } from '../gate/request.ts';
import { judge, strictest } from '../gate/verdict.ts';
import { writeRepositoryFile } from '../pipeline/files.ts';
import { writeRequestFile } from '../pipeline/request-files.ts';
import { approvalPaths } from '../pipeline/signed-approval.ts';
import { requestLines } from '../report/request.ts';
import { loadParser } from '../sql/parse.ts';
import type { OptionValues, Outside } from './command.ts';
import { openRepository } from './project.ts';

/**
 * `pitstop approve ID --sign KEY`: shows the request, signs an approval of it, and puts both files where a run looks
 * for them. Needs no database: what is signed is bound to the request, and checked against the database when it is used.
 */
export async function signRequest(
  outside: Outside,
  request: ApprovalRequest,
  options: OptionValues,
): Promise<number> {
  const repository = await openRepository(outside, options);
  await loadParser();
  // What the file says of verdicts is the file's word; what will be sent is judged here once more.
  const verdicts = request.statements.map(({ sql }) => judge(sql, request.environment).verdict);
  if (strictest(verdicts) === 'refuse') {
    throw new PitstopError('usage', `request ${request.id} holds a statement that nobody can approve`, {
      hint: 'pitstop show prints it.',
    });
  }
  if (options['quiet'] !== true) outside.err(`${requestLines(request).join('\n')}\n`);

  const keyPath = resolve(outside.cwd, String(options['sign']));
  const { list } = await readSigners({
    file: repository.config.approvals.allowedSigners,
    repositoryRoot: repository.root,
    session: null,
  });
  const as = typeof options['as'] === 'string' ? options['as'] : null;
  const approver = await findApprover(keyPath, { as, signers: list?.signers ?? null });
  if (approver.principal === null) {
    throw new PitstopError('usage', 'who signs? The key is known under several names, or under none', {
      hint: 'Pass --as NAME, as the list of allowed signers has it.',
      candidates: approver.candidates,
    });
  }
  const { id, sha256: requestSha256, environment, target, state } = request;
  const payload = payloadText(
    payloadOf(
      { request: id, requestSha256, environment, target, state },
      {
        approval: outside.newId(),
        approver: approver.principal,
        issued: outside.now(),
        validMs: validityOf(options['validFor']),
      },
    ),
  );
  const signature = await signApproval(payload, keyPath, {
    env: outside.env,
    attended: outside.ask !== null,
  });
  const paths = approvalPaths(id);
  // A signature outweighs an earlier no, which anybody can say.
  if (request.rejected !== null) await writeRequestFile(repository, { ...request, rejected: null });
  // The signature first: a payload without one would count as an approval that does not count.
  await writeRepositoryFile(repository, paths.signature, signature);
  await writeRepositoryFile(repository, paths.payload, payload);
  tell(outside, options, { id, approver: approver.principal, paths });
  return EXIT.ok;
}

function tell(
  outside: Outside,
  options: OptionValues,
  {
    id,
    approver,
    paths,
  }: { readonly id: string; readonly approver: string; readonly paths: ReturnType<typeof approvalPaths> },
): void {
  if (options['json'] === true) {
    outside.out(`${JSON.stringify({ schemaVersion: 1, request: id, approver, ...paths })}\n`);
    return;
  }
  outside.out(`${approver} approves request ${id}: ${paths.payload}, ${paths.signature}\n`);
  outside.err(
    'The next run, or pitstop apply, uses it once. Elsewhere: copy both files into the same folder there.\n',
  );
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30m`, `8h`, `2d`; undefined where none is given. */
function validityOf(given: OptionValues[string]): number | undefined {
  if (given === undefined) return undefined;
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(String(given)) ?? [];
  if (count !== undefined && Number(count) > 0 && (unit === 'm' || unit === 'h' || unit === 'd'))
    return Number(count) * UNITS[unit];
  throw new PitstopError('usage', `${JSON.stringify(given)} is no time`, {
    hint: 'Write it as 30m, 8h or 2d.',
  });
}
