import { quoteLiteral } from '../../sql/quote.ts';
import { familyOf } from '../model.ts';
import { rowsWith } from '../rows.ts';
import { comparedWith } from './constants.ts';
import { labelOf } from './label.ts';
import type { Mutation } from './mutation.ts';

/** `->>` sees no difference between a number and a text, `@>` does: each key with its value as everything it could be. */
export const documents: Mutation = {
  name: 'documents',
  states: (scene) =>
    scene.mentions.flatMap((mention) => {
      const { table, column, jsonKeys } = mention;
      if (familyOf(column.base) !== 'json' || jsonKeys.length === 0) return [];
      const values = comparedWith(mention, scene).filter((value) => !jsonKeys.includes(value));
      const found = jsonKeys.flatMap((key) =>
        [...values, 'a'].flatMap((value) =>
          shapesOf(value).map(
            (shape) => `jsonb_build_object(${quoteLiteral(key)}, ${shape})::${column.type}`,
          ),
        ),
      );
      return {
        name: `${labelOf(table, column)} has the values it is compared with as text, number, list and null`,
        statements: found.flatMap((value, serial) =>
          rowsWith(table, new Map([[column.name, value]]), scene, serial),
        ),
        column,
      };
    }),
};

function shapesOf(value: string): string[] {
  const text = `to_jsonb(${quoteLiteral(value)}::text)`;
  const number = `to_jsonb(${quoteLiteral(value)}::numeric)`;
  const truth = `to_jsonb(${quoteLiteral(value)}::boolean)`;
  return [
    text,
    number,
    truth,
    `jsonb_build_array(${text})`,
    `jsonb_build_object('a', ${text})`,
    `'null'::jsonb`,
    // A list or an object that has more in it; nothing comes of it where the value is neither.
    `${quoteLiteral(value)}::jsonb || '{"pitstop": 0}'::jsonb`,
  ];
}
