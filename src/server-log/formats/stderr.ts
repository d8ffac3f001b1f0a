import type { LogFormat } from '../record.ts';

const LEVELS = String.raw`DEBUG\d?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC`;
/** What may stand below a message, in records of the same level and prefix. */
const PARTS = 'DETAIL|HINT|QUERY|CONTEXT|LOCATION|BACKTRACE|STATEMENT';
/** Whatever `log_line_prefix` puts before: the level is the first word of this form. Lines that go on begin with a tab. */
const before = (words: string) => new RegExp(String.raw`^(?!\t)(?:.*?[^A-Za-z])?(${words}):  `);
const MESSAGE = before(LEVELS);
const PART = before(PARTS);

/** `stderr`, the server's own format, and what a container or a service manager catches of it. */
export const stderr: LogFormat = {
  begins: (line) => MESSAGE.test(line),
  togglesQuote: () => false,
  read(lines) {
    const parts: Record<string, string> = {};
    let [current, prefix] = ['', ''];
    for (const [at, line] of lines.entries()) {
      const found = (at === 0 ? MESSAGE : PART).exec(line);
      if (found !== null) {
        current = found[1] ?? '';
        // It names the application where it has %a.
        if (at === 0) prefix = found[0];
        parts[current] = line.slice(found[0].length);
      } else if (line.startsWith('\t')) parts[current] += `\n${line.slice(1)}`;
      else break;
    }
    const { LOG: message, DETAIL: detail = '' } = parts;
    return message === undefined ? null : { message, detail, application: prefix };
  },
};
