import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { systemCode } from '../files/system-error.ts';
import type { Line } from './chain.ts';

const NEWLINE = 10;
const CHUNK = 64 * 1024;

/** The lines of a file from its beginning, without holding more than one of them. None where there is no file. */
export async function* linesOf(path: string): AsyncGenerator<Line> {
  let rest: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        yield { bytes: Buffer.concat([...rest, chunk.subarray(start, end)]), ended: true };
        rest = [];
        start = end + 1;
      }
      if (start < chunk.length) rest.push(chunk.subarray(start));
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if (rest.length > 0) yield { bytes: Buffer.concat(rest), ended: false };
}

/** The lines of a file from its end, reading no more of it than is asked for. */
export async function* linesFromEnd(handle: FileHandle): AsyncGenerator<Line> {
  let { size: position } = await handle.stat();
  if (position === 0) return;
  let rest: Buffer[] = [];
  let ended = false;
  let last = true;
  while (position > 0) {
    const length = Math.min(CHUNK, position);
    position -= length;
    const chunk = await readExactly(handle, position, length);
    let end = chunk.length;
    if (last && chunk[end - 1] === NEWLINE) {
      end -= 1;
      ended = true;
    }
    last = false;
    for (let newline = before(chunk, end); newline >= 0; newline = before(chunk, end)) {
      yield { bytes: Buffer.concat([chunk.subarray(newline + 1, end), ...rest]), ended };
      rest = [];
      ended = true;
      end = newline;
    }
    rest.unshift(chunk.subarray(0, end));
  }
  yield { bytes: Buffer.concat(rest), ended };
}

function before(chunk: Buffer, end: number): number {
  return end === 0 ? -1 : chunk.lastIndexOf(NEWLINE, end - 1);
}

async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) return buffer.subarray(0, done);
    done += bytesRead;
  }
  return buffer;
}
