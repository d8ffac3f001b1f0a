import type { LintRule } from '../rule.ts';

export const identityChange: LintRule = {
  name: 'identity-change',
  summary: '`SET ROLE` and `SET SESSION AUTHORIZATION` make what follows run, and be owned, as somebody else',

  find({ tree }) {
    if (!('VariableSetStmt' in tree) || !IDENTITIES.test(tree.VariableSetStmt.name ?? '')) return [];
    return [
      {
        message:
          'what follows runs with the rights of another role and belongs to it; a runner that keeps its session goes on as that role',
        instead: 'connect as the role that has to own the objects, or ALTER … OWNER TO afterwards',
      },
    ];
  },
};

const IDENTITIES = /^(?:role|session_authorization)$/i;
