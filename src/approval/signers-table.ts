import { readFile } from 'node:fs/promises';
import { type AllowedSignersFacts, readAllowedSigners } from '../pg/catalog/allowed-signers.ts';
import type { Session } from '../pg/session.ts';
import type { FileList } from './signers-file.ts';
import { parseSigners } from './signers-list.ts';

/** A fixed name: the configuration is within the reach of whom the list must be out of reach. */
export const SIGNERS_TABLE = 'pitstop_approval.allowed_signer';

/** Reads the list from the target, if neither the connected role nor any that it can become is able to change it. */
export async function readSignersTable(session: Session): Promise<FileList> {
  const found = await readAllowedSigners(session, (facts) => reachOf(facts).length === 0);
  if (found === null) return { problems: ['it does not exist'] };
  const problems = reachOf(found.facts);
  if (problems.length > 0) return { problems };
  const lines = found.rows.map(({ principal, options, key }) =>
    [principal, options, key].filter((part) => part !== '').join(' '),
  );
  if (lines.some((line) => line.includes('\n'))) return { problems: ['a row has more than one line'] };
  const text = lines.map((line) => `${line}\n`).join('');
  const parsed = parseSigners(text);
  return parsed.problems.length > 0 ? { problems: parsed.problems } : { text };
}

/** What an administrator runs in the target, as a role that the runner's is not a member of. */
export const SIGNERS_TABLE_SCRIPT = new URL('signers-table.sql', import.meta.url);

export function readSignersTableScript(): Promise<string> {
  return readFile(SIGNERS_TABLE_SCRIPT, 'utf8');
}

function reachOf(facts: AllowedSignersFacts): string[] {
  const named = (roles: readonly string[], what: string) =>
    roles.length === 0 ? [] : [`${what}: ${roles.join(', ')}`];
  const is = (wrong: boolean, what: string) => (wrong ? [what] : []);
  return [
    ...named(facts.powerfulRoles, 'the connected role is, or can become, one that can change everything'),
    ...named(facts.ownerRoles, 'the connected role is, or can become, the owner of the table or its schema'),
    ...named(
      facts.writerRoles,
      'the connected role is, or can become, one that may write the table or create in its schema',
    ),
    ...named(facts.grantees, 'others than its owner may do more than read it'),
    ...named(facts.ownersFunctions, 'functions run with the rights of its owner, whoever calls them'),
    ...is(facts.relationKind !== 'r' || facts.persistence !== 'p', 'it is no ordinary, permanent table'),
    ...is(facts.inherits, 'it is a partition, or inherits or is inherited from'),
    ...is(facts.triggers, 'it has triggers or foreign keys'),
    ...is(facts.rewritten, 'a view or a rule is on it'),
    ...is(facts.rowSecurity, 'it has row security, which shows each role another list'),
    ...is(!facts.columnsAsExpected, 'it has not the columns principal, key and options, of type text'),
    ...is(!facts.readable, 'the connected role may not read it'),
  ];
}
