// Reads a list of signers as another user: signers-program.ts UID FILE REPOSITORY_ROOT, started as root. It becomes that
// user only after everything is loaded, since the user may not be allowed to enter the folder of this repository.
import process from 'node:process';
import { readSignersFile } from '../../src/approval/signers-file.ts';

const [uid = '', file = '', repositoryRoot = ''] = process.argv.slice(2);
process.setgroups?.([]);
process.setgid?.(Number(uid));
process.setuid?.(Number(uid));
process.stdout.write(JSON.stringify(await readSignersFile(file, repositoryRoot)));
