import { Buffer } from 'node:buffer';

/** Output as text; where there was more than its bound, the first and the last lines of it. */
export interface OutputText {
  readonly text: string;
  readonly truncated: boolean;
}

/** Collects what a program prints, at most `maxBytes`: half from the beginning, half from the end. */
export function boundedOutput(maxBytes: number): {
  readonly add: (chunk: Buffer) => void;
  readonly read: () => OutputText;
} {
  const half = Math.ceil(maxBytes / 2);
  const head: Buffer[] = [];
  const tail: Buffer[] = [];
  let headBytes = 0;
  let tailBytes = 0;
  let droppedBytes = 0;

  const add = (chunk: Buffer) => {
    const first = chunk.subarray(0, half - headBytes);
    if (first.length > 0) head.push(first);
    headBytes += first.length;
    const rest = chunk.subarray(first.length);
    if (rest.length > 0) tail.push(rest);
    tailBytes += rest.length;
    while (tailBytes > half) {
      const oldest = tail.shift();
      if (oldest === undefined) break;
      const excess = Math.min(tailBytes - half, oldest.length);
      if (excess < oldest.length) tail.unshift(oldest.subarray(excess));
      tailBytes -= excess;
      droppedBytes += excess;
    }
  };

  const read = (): OutputText => {
    if (droppedBytes === 0)
      return { text: Buffer.concat([...head, ...tail]).toString('utf8'), truncated: false };
    // Half a line may be half a secret, which nothing would recognise.
    const [start, end] = [wholeLinesOf(Buffer.concat(head)), linesAfterFirst(Buffer.concat(tail))];
    const left = headBytes + tailBytes + droppedBytes - start.length - end.length;
    return {
      text: `${start.toString('utf8')}… ${left} bytes left out …\n${end.toString('utf8')}`,
      truncated: true,
    };
  };
  return { add, read };
}

function wholeLinesOf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}

function linesAfterFirst(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0x0a);
  return end === -1 ? bytes.subarray(bytes.length) : bytes.subarray(end + 1);
}
