/** Titles, SQL and server messages are data: nothing in them may steer the terminal. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- removing control characters is the purpose
  return text.replace(/[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u2069]+/g, ' ');
}
