import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../files/make-folder.ts';
import { PitstopError } from '../errors.ts';
import { withLockFile } from '../files/lock-file.ts';
import { ensureStateFolder, STATE_FOLDER } from '../files/state-folder.ts';
import { systemCode } from '../files/system-error.ts';
import { writeFileDurably } from '../files/write.ts';
import type { Check } from '../monitoring/check.ts';
import {
  HISTORY_VERSION,
  historyLine,
  readHistoryText,
  type ReadHistory,
} from '../monitoring/history-line.ts';
import type { RememberedRound } from '../monitoring/memory.ts';
import { thinnedRounds } from '../monitoring/thin.ts';
import type { Target } from '../pg/target.ts';

/** The file is thinned out when it is larger than this; afterwards it has at most half of it. */
const MOST_BYTES = 8 * 1024 ** 2;
const LOCK_PATIENCE_MS = 10_000;

/** Where the rounds of one target are kept: a file of its own below the state folder, named after it. */
export function historyPath(root: string, { host, port, database }: Target): string {
  const name = `${host}-${port}-${database}`;
  const readable = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60);
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return join(root, STATE_FOLDER, 'monitor', `${readable}-${hash}.ndjson`);
}

/** Rounds on disk. */
export interface HistoryFile {
  readonly path: string;
  /** @throws PitstopError `history-newer` where a newer version wrote it, `history-foreign` where it is no file, or nothing in it is a round */
  readonly read: () => Promise<ReadHistory>;
  /** The round is on disk when this returns; thins the file out where it has become too large. */
  readonly append: (round: RememberedRound) => Promise<void>;
}

export function historyFile(
  root: string,
  path: string,
  checks: readonly Check[],
  mostBytes: number = MOST_BYTES,
): HistoryFile {
  const read = async () => {
    const history = readHistoryText(await readIfThere(path));
    if (history.newerVersion === null) {
      if (history.rounds.length === 0 && history.unreadable > 0)
        throw isNoHistory(path, 'not one of its lines is a round');
      return history;
    }
    throw new PitstopError(
      'history-newer',
      `${path} was written by a newer pitstop: its lines have version ${history.newerVersion}, this one knows ${HISTORY_VERSION}`,
      { file: path, hint: 'Update pitstop, or name another file with --history.' },
    );
  };
  const lock = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return {
    path,
    read,
    append: (round) =>
      withLockFile(root, `monitor-${lock}`, { patienceMs: LOCK_PATIENCE_MS, busy: isBusy }, async () => {
        if (path.startsWith(join(root, STATE_FOLDER))) await ensureStateFolder(root);
        const size = await appendLine(path, historyLine(round));
        if (size > mostBytes)
          await writeFileDurably(path, compacted((await read()).rounds, checks, mostBytes / 2));
      }),
  };
}

/** Twice as sparse until it fits; the newest round is kept in any case. */
function compacted(rounds: readonly RememberedRound[], checks: readonly Check[], mostBytes: number): string {
  for (let sparser = 1; ; sparser *= 2) {
    const kept = sparser > 512 ? rounds.slice(-1) : thinnedRounds(rounds, checks, sparser);
    const text = kept.map((round) => `${historyLine(round)}\n`).join('');
    if (kept.length <= 1 || Buffer.byteLength(text) <= mostBytes) return text;
  }
}

/** In one write, on a line of its own also after one that a crash tore. The size of the file afterwards. */
async function appendLine(path: string, line: string): Promise<number> {
  await makeFolder(dirname(path));
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: Math.max(0, size - 1) });
    const isTorn = size > 0 && buffer.toString('latin1') !== '\n';
    await file.appendFile(`${isTorn ? '\n' : ''}${line}\n`);
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw isNoHistory(path, found.isDirectory() ? 'it is a folder' : 'it is not a file');
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}

/** It would be appended to, and in the end thinned out. */
function isNoHistory(path: string, why: string): PitstopError {
  return new PitstopError('history-foreign', `${path} is no history: ${why}`, {
    hint: 'Name another file with --history, or keep nothing with --no-history.',
    file: path,
  });
}

function isBusy(path: string): PitstopError {
  return new PitstopError(
    'runner-busy',
    `another pitstop has held ${path} for ${LOCK_PATIENCE_MS / 1_000} s`,
    {
      hint: 'Wait for it, or name another file with --history.',
      file: path,
    },
  );
}
