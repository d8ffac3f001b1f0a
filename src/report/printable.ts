const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
  /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]+/g;

/** Titles, SQL and server messages are data: nothing in them may steer the terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ');
}
