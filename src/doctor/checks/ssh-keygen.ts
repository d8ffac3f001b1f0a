import { ok, warning, type Check } from '../check.ts';
import { askProgram } from '../program.ts';

export const sshKeygen: Check = {
  id: 'ssh-keygen',
  needs: 'place',
  look: async (place) => {
    // It has no --version; asked for what it does not know, it tells what it knows.
    const answer = await askProgram('ssh-keygen', ['-?'], place);
    if (answer?.output.includes('-Y verify') === true)
      return ok('ssh-keygen checks signatures: approvals can be signed');
    return warning(
      answer === null
        ? 'there is no ssh-keygen; approvals cannot be signed'
        : 'ssh-keygen is too old to check signatures',
      'Install OpenSSH 8.1 or later. Approvals at a terminal work without it.',
    );
  },
};
