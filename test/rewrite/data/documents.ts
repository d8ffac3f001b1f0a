import type { CaseData } from '../rule-cases.ts';

const SCHEMA = `
  CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, doc jsonb, plain json);
  INSERT INTO t (doc, plain) SELECT v::jsonb, v::json FROM unnest(ARRAY[
    '{"k": "v"}', '{"k": "w"}', '{"k": "55"}', '{"k": true}', '{"k": {"a": 1}}', '{"k": [1]}']) v;`;

/** JSON whose values are texts, numbers, lists, nested, missing. */
export const DOCUMENTS: CaseData = {
  name: 'documents',
  schema: SCHEMA,
  states: {
    'values of all types': `
      INSERT INTO t (doc, plain) SELECT v::jsonb, v::json FROM unnest(ARRAY[
        '{"k": "v"}', '{"k": "55"}', '{"k": 55}', '{"k": 55.0}', '{"k": 5.5e1}', '{"k": true}', '{"k": "true"}', '{"k": null}', '{"k": "null"}', '{}',
        '{"k": ["v"]}', '{"k": {"v": 1}}', '[{"k": "v"}]', '["v"]', '"v"', 'null', '{"k": [1, 2]}', '{"k": [1]}', '{"k": {"a": 1, "b": 2}}', '{"k": {"a": 1}}',
        '{"a": {"k": "v"}}', '{"a": [{"k": "v"}]}', '{"a": {"k": ["v"]}}', '{"k": "a\\"b"}', '{"k": "V"}', '{"k": "v "}', '{"k": "-x"}', '{"k": "x", "k": "v"}', '{"k": ""}']) v;
      INSERT INTO t (doc) VALUES (NULL);`,
    nothing: 'DELETE FROM t;',
  },
  zones: ['UTC'],
};
