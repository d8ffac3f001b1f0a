import { TUNING_FORMS } from '../src/tuning/forms/index.ts';
import { RULE_GROUPS } from '../src/tuning/groups/index.ts';
import { SERVICE_SIGNS } from '../src/tuning/hardware/service-signs.ts';
import { SERVICES } from '../src/tuning/managed.ts';
import { UNTOUCHED } from '../src/tuning/never.ts';
import { code, table } from './steps-page.ts';

/** The parts of `docs/configuration.md` that the code says of itself, by the name of their place. */
const PARTS: Readonly<Record<string, () => string>> = {
  rules: () =>
    RULE_GROUPS.map(({ group, rules }) =>
      [
        `### ${group}`,
        table(
          ['setting', 'value', 'source', 'set by hand'],
          rules.map(({ name, formula, source, handSet }) => [code(name), formula, source, HAND_SET[handSet]]),
        ),
      ].join('\n\n'),
    ).join('\n\n'),
  forms: () =>
    table(
      ['form', 'what it is', 'file', 'its way back'],
      TUNING_FORMS.map((form) => [
        code(form.name),
        form.label,
        code(form.fileName),
        code(form.reverseFileName),
      ]),
    ),
  never: () =>
    table(
      ['setting', 'why', 'instead'],
      UNTOUCHED.map(({ name, why, instead }) => [code(name), why, instead.map(code).join(', ')]),
    ),
  services: () =>
    table(
      ['service', 'settings are made by', 'left out'],
      Object.entries(SERVICES).map(([service, { by, bars, only }]) => [
        SERVICE_SIGNS[service as keyof typeof SERVICES].title,
        by,
        leftOut(Object.keys(bars), only),
      ]),
    ),
};

const HAND_SET = {
  keep: 'respected',
  'keep-larger': 'respected where larger and within bounds',
  replace: 'replaced',
} as const;

function leftOut(bars: readonly string[], only: ReadonlySet<string> | null): string {
  if (only === null) return bars.map(code).join(', ');
  const besides = only.size === 0 ? '' : ` and ${[...only].map(code).join(', ')}`;
  return `all but what a session may set${besides}`;
}

/** The page with its parts as the code has them now. */
export function configurationPage(page: string): string {
  return Object.entries(PARTS).reduce((text, [name, part]) => {
    const [start, end] = [`<!-- ${name}: written by npm run docs -->`, `<!-- end of ${name} -->`];
    const [before, rest = ''] = text.split(start);
    const [, after] = rest.split(end);
    if (after === undefined) throw new Error(`docs/configuration.md has no place for ${name}`);
    return `${before}${start}\n\n${part()}\n\n${end}${after}`;
  }, page);
}
