import type { WriteStream } from 'node:tty';
import type { Screen } from './command.ts';

/** Sequences of ECMA-48 and xterm that every terminal of today knows. */
const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l';
const LEAVE = '\u001B[?7h\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
const CLEAR_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';

/** A terminal that does not know its size is as the first ones were. */
const USUAL = { columns: 80, rows: 24 };

/**
 * Draws on the terminal's other screen, without a cursor and without wrapping, and leaves the lines that were there alone.
 * Everything goes out in one write, line over line, so that nothing flickers.
 */
export function terminalScreen(stream: WriteStream): Screen {
  let isOpen = false;
  return {
    size: () => ({ columns: stream.columns || USUAL.columns, rows: stream.rows || USUAL.rows }),
    open() {
      if (!isOpen) stream.write(ENTER);
      isOpen = true;
    },
    close() {
      if (isOpen) stream.write(LEAVE);
      isOpen = false;
    },
    draw(lines) {
      if (!isOpen) return;
      const shown = lines.slice(0, stream.rows || USUAL.rows);
      stream.write(`${HOME}${shown.map((line) => `${line}${CLEAR_LINE}`).join('\r\n')}${CLEAR_BELOW}`);
    },
    onResize(listener) {
      stream.on('resize', listener);
    },
  };
}
