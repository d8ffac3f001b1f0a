import { jsonbContainment as rule } from '../../../src/rewrite/rules/jsonb-containment.ts';
import { DOCUMENTS } from '../data/documents.ts';
import type { RuleCases } from '../rule-cases.ts';

const SELECT = 'SELECT id FROM t WHERE';

export const jsonbToContainment: RuleCases = {
  rule,
  data: DOCUMENTS,
  applies: [
    [`${SELECT} doc ->> 'k' = 'v'`, `${SELECT} doc @> '{"k": "v"}'`],
    [`${SELECT} 'v' = doc ->> 'k'`, `${SELECT} doc @> '{"k": "v"}'`],
    [`${SELECT} doc ->> 'k' = 'null'`, `${SELECT} doc @> '{"k": "null"}'`],
    [`${SELECT} doc ->> 'k' = ''`, `${SELECT} doc @> '{"k": ""}'`],
    [`${SELECT} doc ->> 'k' = '-x'`, `${SELECT} doc @> '{"k": "-x"}'`],
    [`${SELECT} doc ->> 'k' = 'a"b' OR id = 1`, `${SELECT} doc @> E'{"k": "a\\\\"b"}' OR id = 1`],
    [`${SELECT} doc -> 'a' ->> 'k' = 'v'`, `${SELECT} doc @> '{"a": {"k": "v"}}'`],
    [`${SELECT} doc -> 'k' = '55'::jsonb`, `${SELECT} doc @> '{"k": 55}'`],
    [`${SELECT} doc -> 'k' = '"v"'`, `${SELECT} doc @> '{"k": "v"}'`],
    [`${SELECT} doc -> 'k' = 'null'`, `${SELECT} doc @> '{"k": null}'`],
    [`${SELECT} doc -> 'k' = 'true'`, `${SELECT} doc @> '{"k": true}'`],
  ],
  refuses: [
    ['the text of a number', `${SELECT} doc ->> 'k' = '55'`],
    ['the text of a boolean', `${SELECT} doc ->> 'k' = 'true'`],
    ['the text of an array', `${SELECT} doc ->> 'k' = '["v"]'`],
    ['under NOT, NULL is not false', `${SELECT} NOT (doc ->> 'k' = 'v')`],
    ['an object has others that contain it', `${SELECT} doc -> 'k' = '{"a": 1}'`],
    ['json', `${SELECT} plain ->> 'k' = 'v'`],
    ['an element', `${SELECT} doc ->> 0 = 'v'`],
    ['a parameter may be the text of anything', `${SELECT} doc ->> 'k' = $1`],
  ],
  reveals: [
    ['a number and its text', `${SELECT} doc ->> 'k' = '55'`, `${SELECT} doc @> '{"k": "55"}'`],
    ['a boolean and its text', `${SELECT} doc ->> 'k' = 'true'`, `${SELECT} doc @> '{"k": true}'`],
    [
      'an object that contains more',
      `${SELECT} doc -> 'k' = '{"a": 1}'`,
      `${SELECT} doc @> '{"k": {"a": 1}}'`,
    ],
    ['an array that contains more', `${SELECT} doc -> 'k' = '[1]'`, `${SELECT} doc @> '{"k": [1]}'`],
    ['a missing field under NOT', `${SELECT} NOT (doc ->> 'k' = 'v')`, `${SELECT} NOT (doc @> '{"k": "v"}')`],
  ],
};
