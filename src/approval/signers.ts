import type { Session } from '../pg/session.ts';
import { parseSigners, type Signer } from './signers-list.ts';
import { readSignersFile } from './signers-file.ts';
import { readSignersTable, SIGNERS_TABLE } from './signers-table.ts';

/** Who may approve, from a place that whoever runs pitstop cannot change. */
interface SignersList {
  readonly source: 'file' | 'table';
  /** The file's path, or the table's name. */
  readonly where: string;
  /** For `verifyApproval`; read once. */
  readonly text: string;
  readonly signers: readonly Signer[];
}

/** The list that counts, or null; and what is wrong with each place that was looked at, as sentences for people. */
export interface SignersFound {
  readonly list: SignersList | null;
  readonly problems: readonly string[];
}

/**
 * Finds the list: the file where it counts, else the table in the target. Never both, since a name in either would do then.
 * `session` is idle, outside of a transaction; null where there is no target.
 */
export async function readSigners({
  file,
  repositoryRoot,
  session,
}: {
  readonly file: string;
  readonly repositoryRoot: string;
  readonly session: Session | null;
}): Promise<SignersFound> {
  const fromFile = await readSignersFile(file, repositoryRoot);
  if ('text' in fromFile) return { list: listOf('file', file, fromFile.text), problems: [] };
  const problems = fromFile.problems.map((problem) => `${file}: ${problem}`);
  if (session === null) return { list: null, problems };
  const fromTable = await readSignersTable(session);
  if ('text' in fromTable) return { list: listOf('table', SIGNERS_TABLE, fromTable.text), problems };
  return {
    list: null,
    problems: [...problems, ...fromTable.problems.map((problem) => `table ${SIGNERS_TABLE}: ${problem}`)],
  };
}

function listOf(source: SignersList['source'], where: string, text: string): SignersList {
  return { source, where, text, signers: parseSigners(text).signers };
}
