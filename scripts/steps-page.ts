import { FINDING_RULES } from '../src/explain/findings/index.ts';
import { LEVERS } from '../src/levers/search.ts';
import { REWRITE_RULES } from '../src/rewrite/index.ts';
import { STEP_KINDS } from '../src/steps/registry.ts';
import type { StepKind } from '../src/steps/step.ts';
import { NEWEST_SERVER } from '../src/tuning/versions.ts';

/** `docs/steps.md`: what the code says of itself. */
export function stepsPage(): string {
  const parts = [
    '# Steps',
    prose(
      'Written by `npm run docs` from the code; do not edit. How numbers are made: [measuring.md](measuring.md). Formats and codes: [formats.md](formats.md).',
    ),
    '`pitstop steps` prints the kinds, `pitstop steps KIND` an item to paste, `pitstop steps --json` all of it with the schemas.',
    ...STEP_KINDS.flatMap(kindPart),
    '## Levers',
    prose(
      'What is tried for a `query` item, in this order; `settings` waits until before `index-pairs` unless memory, JIT or a nested loop is the worst that was found. Each is asked again after every trial; nothing is tried twice. The search ends when nothing comes, when the best is fast enough, or when `trial.budgetMs` is spent.',
    ),
    table(
      ['lever', 'tries'],
      LEVERS.map(({ name, summary }) => [code(name), summary]),
    ),
    '## Rewrites',
    prose(
      'Each proposes nothing where one of its preconditions does not hold, or cannot be told from the catalog. Two may be applied one after the other. What comes out is compared and measured like anything else.',
    ),
    table(
      ['rule', 'does'],
      REWRITE_RULES.map(({ name, summary }) => [code(name), summary]),
    ),
    '## Findings',
    prose(
      'What a plan and the catalog show. A note never has a cost, and keeps no statement from being called optimal. The message of a finding has its numbers; its advice may say more than stands here.',
    ),
    table(
      ['finding', 'a plan or the catalog shows', 'advice'],
      FINDING_RULES.map(({ code: name, shows, advice }) => [code(name), shows, advice]),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function kindPart({ kind, summary, inputs, example, schema, oldestServer }: StepKind): string[] {
  const fields = Object.entries(inputs).map(([name, meaning]) => [`**${name}**`, meaning]);
  return [
    `## Kind \`${kind}\``,
    summary,
    ...(oldestServer < NEWEST_SERVER
      ? [
          prose(
            `On servers from PostgreSQL ${oldestServer} on, too: see [older servers](configuration.md#without-a-server-and-older-ones).`,
          ),
        ]
      : []),
    table(['field', 'means'], fields),
    fenced('markdown', example),
    'Schema of its validated input:',
    fenced('json', JSON.stringify(schema(), null, 2)),
  ];
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function fenced(language: string, text: string): string {
  return ['````' + language, text, '````'].join('\n');
}

/** In lines of at most 120 characters. */
function prose(text: string): string {
  return text.replaceAll(/(.{1,120})(?: |$)/g, '$1\n').trimEnd();
}

export function code(text: string): string {
  return `\`${text}\``;
}
