import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../files/system-error.ts';
import { STATE_FOLDER } from '../files/state-folder.ts';
import { readRequest, type ApprovalRequest } from '../gate/request.ts';
import type { RunContext } from './context.ts';
import type { Dossier } from './dossier.ts';
import { removeRepositoryFile, writeRepositoryFile } from './files.ts';

const FOLDER = `${STATE_FOLDER}/requests`;
const ID = /^[0-9a-f]{16}$/;

/** Where a request's file is, relative to the repository's root. */
export function requestPath(id: string): string {
  return `${FOLDER}/${id}.json`;
}

export async function writeRequestFile(
  run: Pick<RunContext, 'root' | 'config'>,
  request: ApprovalRequest,
): Promise<string> {
  const path = requestPath(request.id);
  await writeRepositoryFile(run, path, `${JSON.stringify(request, null, 2)}\n`);
  return path;
}

/** Once it is answered, or nobody asks it any more. */
export async function removeRequestFile(run: Pick<RunContext, 'root' | 'config'>, id: string): Promise<void> {
  if (ID.test(id)) await removeRepositoryFile(run, requestPath(id));
}

/** The request of that id; null where there is none, or where its file is not what it was written as. */
export async function readRequestFile(root: string, id: string): Promise<ApprovalRequest | null> {
  if (!ID.test(id)) return null;
  try {
    const request = readRequest(await readFile(join(root, requestPath(id)), 'utf8'));
    return request?.id === id ? request : null;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The first file of the item's migrations that is not any more what its request asked about. */
export async function readEditedSince(
  { root }: Pick<RunContext, 'root'>,
  { earlier, migrations }: Pick<Dossier, 'earlier' | 'migrations'>,
): Promise<string | null> {
  const request = earlier?.request == null ? null : await readRequestFile(root, earlier.request);
  const current = new Set(migrations.flatMap(({ files }) => files.map(({ path }) => path)));
  for (const { path, sha256: asked } of request?.files ?? []) {
    if (!current.has(path)) continue;
    const bytes = await readFile(join(root, path)).catch(() => null);
    if (bytes !== null && createHash('sha256').update(bytes).digest('hex') !== asked) return path;
  }
  return null;
}

/** Every request on file, by id. */
export async function readRequestFiles(root: string): Promise<ApprovalRequest[]> {
  const names = await readdir(join(root, FOLDER)).catch(() => []);
  const ids = names.flatMap((name) => /^([0-9a-f]{16})\.json$/.exec(name)?.[1] ?? []);
  const requests: ApprovalRequest[] = [];
  for (const id of ids.toSorted()) {
    const request = await readRequestFile(root, id);
    if (request !== null) requests.push(request);
  }
  return requests;
}
