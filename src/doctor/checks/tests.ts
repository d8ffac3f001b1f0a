import { PitstopError } from '../../errors.ts';
import { resolveProgram } from '../../external/programs.ts';
import { missing, ok, warning, type Check } from '../check.ts';

export const tests: Check = {
  id: 'tests',
  needs: 'place',
  look: async ({ root, env, config }) => {
    if (config.tests === undefined)
      return warning(
        'no tests are configured: whether a change breaks the application is not looked at',
        'Set "tests" in the configuration, such as "npm test".',
      );
    const [program, ...args] = config.tests.command;
    try {
      await resolveProgram({ configured: program }, { root, cwd: root, searchPath: env['PATH'] });
    } catch (error) {
      if (!(error instanceof PitstopError)) throw error;
      return missing(`the tests cannot be run: ${error.message}`, error.hint ?? 'Correct "tests".');
    }
    const command = [program, ...args].join(' ');
    return ok(`${command} is run before the first change and after each; what makes it fail is taken back`);
  },
};
