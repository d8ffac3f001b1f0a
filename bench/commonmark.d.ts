/** The reference parser comes without types; this is all that is used of it. */
declare module 'commonmark' {
  export class Parser {
    parse(text: string): unknown;
  }
}
