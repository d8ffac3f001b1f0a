import { ok, warning, type Check } from '../check.ts';
import { askProgram } from '../program.ts';

export const docker: Check = {
  id: 'docker',
  needs: 'place',
  look: async (place) => {
    const answer = await askProgram('docker', ['info', '--format', '{{.ServerVersion}}'], place);
    if (answer?.code === 0) return ok(`Docker ${answer.output.split('\n')[0] ?? ''} answers`);
    return warning(
      answer === null
        ? 'there is no docker, or it does not answer'
        : 'docker is there, its server does not answer',
      'Only what runs in containers needs it: install Docker, or start it.',
    );
  },
};
