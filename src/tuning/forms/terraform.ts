import { amazonGroup, amazonParameter, amazonSettings } from './amazon.ts';
import type { TuningDocument, TuningForm } from './form.ts';
import { commentLines, heading, oldValue, remarks } from './words.ts';

/**
 * A parameter group; Terraform resets what is taken out of it. The way back, which takes its place, does not end with `.tf`:
 * Terraform reads all files of a folder that do, and the group would be there twice.
 */
export const terraform: TuningForm = {
  name: 'terraform',
  label: 'a parameter group in Terraform',
  takenBy: 'amazon',
  fileName: 'postgres-parameters.tf',
  reverseFileName: 'postgres-parameters.tf.reverse',
  write: (document) =>
    resource(
      document,
      heading(document),
      amazonSettings(document).map((advice) => ({
        comment: remarks(advice, document).join(' '),
        parameter: amazonParameter(advice, advice.value, document),
      })),
    ),
  reverse: (document) =>
    resource(
      document,
      ['Takes the group back: only what somebody had set is left, the rest is reset.'],
      amazonSettings(document).flatMap((advice) => {
        const old = oldValue(advice, document);
        if (old === null) return [];
        return [{ comment: 'The value before.', parameter: amazonParameter(advice, old, document) }];
      }),
    ),
};

interface Block {
  readonly comment: string;
  readonly parameter: ReturnType<typeof amazonParameter>;
}

function resource(document: TuningDocument, head: readonly string[], blocks: readonly Block[]): string {
  const group = amazonGroup(document);
  const parts = [
    `  name_prefix = "pitstop-"\n  family      = ${hclString(group.family)}\n`,
    ...blocks.map(
      ({ comment, parameter: { name, value, apply } }) =>
        `  ${commentLines('#', [comment])}  parameter {\n    name         = ${hclString(name)}\n    value        = ${hclString(value)}\n    apply_method = ${hclString(apply)}\n  }\n`,
    ),
    // A group that is in use cannot be removed before the one that takes its place.
    '  lifecycle {\n    create_before_destroy = true\n  }\n',
  ];
  return `${commentLines('#', head)}resource "${group.resource}" "postgres" {\n${parts.join('\n')}}\n`;
}

/** Within quotes `${` and `%{` begin what is computed. */
function hclString(text: string): string {
  return JSON.stringify(text).replaceAll('${', '$$${').replaceAll('%{', '%%{');
}
