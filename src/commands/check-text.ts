import pc from 'picocolors';
import type { DecidedEnvironment } from '../gate/decide-environment.ts';
import type { Judgement, Verdict } from '../gate/verdict.ts';
import type { LintedStatement } from '../lint/lint.ts';
import { effectText } from '../lint/lock/text.ts';
import { printable } from '../report/printable.ts';

/** What the gate and the linter say of one statement; the latter null where the text does not parse. */
export type CheckedStatement = Judgement['statements'][number] & { readonly linted: LintedStatement | null };

/** `pitstop check` for people. */
export function checkText(
  verdict: Verdict,
  { environment, reasons }: DecidedEnvironment,
  checked: readonly CheckedStatement[],
  color: boolean,
): string {
  const paint = pc.createColors(color);
  const painted: Readonly<Record<Verdict, string>> = {
    allow: paint.green('allow'),
    gate: paint.yellow('gate'),
    refuse: paint.red('refuse'),
  };
  const lines = checked.flatMap((statement, position) => [
    paint.bold(`${position + 1}. ${printable(statement.sql)}`),
    `   verdict  ${painted[statement.verdict]} (${statement.class}): ${printable(statement.reasons.join('; '))}`,
    ...(statement.linted === null ? [] : linesOf(statement.linted, paint)),
  ]);
  const count = checked.length === 1 ? '1 statement' : `${checked.length} statements`;
  const judged = environment ?? 'production';
  lines.push(`${painted[verdict]}: ${count}, judged as ${judged} (${printable(reasons.join('; '))})`);
  return lines.map((line) => `${line}\n`).join('');
}

function linesOf({ effect, findings }: LintedStatement, paint: ReturnType<typeof pc.createColors>): string[] {
  return [
    `   lock     ${effectText(effect)}`,
    ...findings.flatMap(({ rule, message, instead }) => [
      `   lint     ${paint.yellow(rule)}: ${printable(message)}`,
      `            ${paint.dim(`instead: ${printable(instead)}`)}`,
    ]),
  ];
}
