import { join } from 'node:path';
import { EXIT, PitstopError } from '../errors.ts';
import { readTaskFile } from '../files/task-file.ts';
import type { ApprovalRequest } from '../gate/request.ts';
import type { ItemReport } from '../outcome.ts';
import type { NamedResult } from '../pipeline/apply-named.ts';
import type { PushEnd } from '../pipeline/push.ts';
import { parseTaskFile } from '../task/parse.ts';
import { printable } from '../report/printable.ts';
import { requestLines } from '../report/request.ts';
import type { OptionValues, Outside } from './command.ts';
import { workOnNamed } from './named-migrations.ts';
import { openRepository } from './project.ts';
import { findRequest } from './show-requests.ts';
import { workOnItems } from './run-task-files.ts';

/** `pitstop approve ID`: signs where a key is named, else asks at the terminal and applies. */
export async function approveCommand(outside: Outside, id: string, options: OptionValues): Promise<number> {
  const { root } = await openRepository(outside, options);
  const request = await findRequest(root, id);
  if (typeof options['sign'] === 'string') {
    const { signRequest } = await import('./sign-request.ts');
    return signRequest(outside, request, options);
  }
  if (outside.ask === null) return tellThatNobodyIsThere(outside, request, options);
  if (request.push !== undefined) {
    const { approvePush } = await import('./approve-push.ts');
    const now = await approvePush(outside, request.id, request.push, options);
    requireSameRequest(request, now);
    return now.exitCode;
  }
  return request.item === null
    ? approveNamed(outside, request, options)
    : approveItem(outside, root, request, options);
}

/** Nobody can be asked: the request is the answer, and approved is nothing. */
function tellThatNobodyIsThere(outside: Outside, request: ApprovalRequest, options: OptionValues): number {
  const hint = `At a terminal: pitstop approve ${request.id}. Anywhere: pitstop approve ${request.id} --sign KEY.`;
  if (options['json'] === true) {
    const error = new PitstopError('approval-needed', 'an approval is typed at a terminal, or signed', {
      hint,
    });
    outside.out(`${JSON.stringify({ schemaVersion: 1, status: 'approval-required', request, error })}\n`);
  } else {
    outside.out(`${requestLines(request).join('\n')}\n`);
    outside.err(`pitstop: an approval is typed at a terminal, or signed [approval-needed]\n  ${hint}\n`);
  }
  return EXIT.approval;
}

async function approveItem(
  outside: Outside,
  root: string,
  request: ApprovalRequest,
  options: OptionValues,
): Promise<number> {
  const { file, id, title } = request.item ?? { file: '', id: '', title: '' };
  const path = join(root, file);
  const item = [await nameIn(path, { id, title })];
  const { items, exitCode } = await workOnItems(outside, [path], { ...options, item }, request.id);
  const [report] = items;
  if (report !== undefined) requireSameRequest(request, report);
  return exitCode;
}

/** The item's id, or its line where several have that id. */
async function nameIn(
  path: string,
  { id, title }: { readonly id: string; readonly title: string },
): Promise<string> {
  const named = parseTaskFile((await readTaskFile(path)).text).items.filter((item) => item.id === id);
  const [only, ...others] = named.filter((item) => item.title === title);
  return named.length > 1 && only !== undefined && others.length === 0 ? `#L${only.line}` : id;
}

async function approveNamed(
  outside: Outside,
  request: ApprovalRequest,
  options: OptionValues,
): Promise<number> {
  const [file] = request.files;
  const action = request.action === 'revert' ? 'revert' : 'apply';
  const [result] = await workOnNamed(outside, [file?.path ?? ''], options, action, request.id);
  if (result === undefined) return EXIT.internal;
  requireSameRequest(request, result);
  outside.out(`${result.name}: ${result.result}, ${printable(result.reason.message)}\n`);
  if (result.result === 'applied' || result.result === 'reverted') return EXIT.ok;
  return result.result === 'awaiting-approval' ? EXIT.approval : EXIT.blocked;
}

/** What would be asked about now has to be what was asked to be approved. */
function requireSameRequest(
  request: ApprovalRequest,
  { request: now }: Pick<ItemReport | NamedResult | PushEnd, 'request'>,
): void {
  if (now === null || now === request.id) return;
  throw new PitstopError(
    'request-changed',
    `request ${request.id} does not stand any more: the change, its files or the target are others by now`,
    { hint: `Look at the new one: pitstop show ${now}.` },
  );
}
