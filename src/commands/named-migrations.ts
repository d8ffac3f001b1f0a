import { EXIT, type ExitCode } from '../errors.ts';
import { strictestExit } from '../outcome.ts';
import { applyNamed, revertNamed, type NamedResult } from '../pipeline/apply-named.ts';
import { settle } from '../pipeline/surroundings.ts';
import { redact } from '../report/redact.ts';
import { printable } from '../report/printable.ts';
import { applyingOn } from './applying.ts';
import type { OptionValues, Outside } from './command.ts';

/** Everything behind `pitstop apply` and `pitstop revert`, loaded only when they run. */
export async function namedMigrationsCommand(
  outside: Outside,
  names: readonly string[],
  options: OptionValues,
  action: 'apply' | 'revert',
): Promise<number> {
  const results = await workOnNamed(outside, names, options, action, null);
  if (options['json'] === true) outside.out(`${JSON.stringify({ schemaVersion: 1, migrations: results })}\n`);
  else outside.out(results.map((result) => `${lineOf(result)}\n`).join(''));
  return strictestExit(results.map(exitOf));
}

/**
 * Works through migrations by name: the first that does not end well ends the others too, which may build on it.
 * @param approveOnly the one request to ask about, for `pitstop approve`; null for whatever comes up
 */
export async function workOnNamed(
  outside: Outside,
  names: readonly string[],
  options: OptionValues,
  action: 'apply' | 'revert',
  approveOnly: string | null,
): Promise<NamedResult[]> {
  const worked = await applyingOn(outside, options, { approveOnly, purpose: action }, async (run) => {
    await settle(run);
    const results: NamedResult[] = [];
    for (const name of action === 'apply' ? names : names.toReversed()) {
      const result = await (action === 'apply' ? applyNamed(run, name) : revertNamed(run, name));
      results.push(result);
      if (exitOf(result) !== EXIT.ok) break;
    }
    return results;
  });
  return redact(worked);
}

function exitOf({ result }: NamedResult): ExitCode {
  if (result === 'applied' || result === 'reverted') return EXIT.ok;
  return result === 'awaiting-approval' ? EXIT.approval : EXIT.blocked;
}

function lineOf({ name, result, reason, request }: NamedResult): string {
  const asked = request === null ? '' : `; request ${request}: pitstop approve ${request}`;
  return `${name}: ${result}, ${printable(reason.message)} (${reason.code})${asked}`;
}
