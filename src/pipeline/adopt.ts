import type { Change } from '../change.ts';
import { conclude, type Conclusion } from '../outcome.ts';

/**
 * Whether somebody has to take something over before the change helps anybody: another text, or a setting.
 * @param inSource whether the statement's file gets the rewrite
 */
export function hasToBeAdopted({ rewrite, session }: Change, inSource: boolean): boolean {
  return session !== undefined || (rewrite !== undefined && !inSource);
}

/** The end of an item whose change is proven, and whose rest a person has to adopt. */
export function adoption({ rewrite, session, steps }: Change): Conclusion {
  const done = steps.length === 0 ? 'proven' : 'proven, with its migrations applied';
  const parts = [
    ...(rewrite === undefined
      ? []
      : [
          rewrite.changesInterface
            ? 'put the statement under Changes in place of the old one, and change its callers'
            : 'put the statement under Changes in place of the old one',
        ]),
    ...(session === undefined ? [] : [adoptSettings(session)]),
  ];
  const code = rewrite === undefined ? 'adopt-setting' : 'adopt-rewrite';
  return conclude('handed-over', code, `${done}; ${parts.join('; ')}; then run again`);
}

/** The narrowest place first: for one transaction, for one role in one database. */
function adoptSettings(session: Readonly<Record<string, string>>): string {
  const all = Object.entries(session);
  const local = all.map(([name, value]) => `SET LOCAL ${name} = '${value}'`).join('; ');
  const role = all.map(([name, value]) => `ALTER ROLE … SET ${name} = '${value}'`).join('; ');
  return `run ${local} in the statement's transaction, or give its role the setting (${role})`;
}
