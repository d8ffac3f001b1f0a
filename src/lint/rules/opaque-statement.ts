import type { LintRule } from '../rule.ts';

export const opaqueStatement: LintRule = {
  name: 'opaque-statement',
  summary: 'what DO, CALL and EXECUTE do cannot be seen',

  find({ tree }) {
    const word = Object.keys(tree).flatMap((tag) => OPAQUE[tag] ?? [])[0];
    return word === undefined
      ? []
      : [
          {
            message: `${word} hides what is run: neither locks nor scans can be told`,
            instead: 'plain statements in the file',
          },
        ];
  },
};

const OPAQUE: Readonly<Record<string, string>> = {
  DoStmt: 'DO',
  CallStmt: 'CALL',
  ExecuteStmt: 'EXECUTE',
};
