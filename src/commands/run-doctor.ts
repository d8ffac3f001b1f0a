import { configSchema } from '../config.ts';
import { examine, type Examined } from '../doctor/examine.ts';
import { EXIT, PitstopError } from '../errors.ts';
import { findRepositoryRoot } from '../files/root.ts';
import type { Environment } from '../gate/environment.ts';
import { writableFolders } from '../pipeline/files.ts';
import { parseTarget } from '../pg/target.ts';
import { printable } from '../report/printable.ts';
import type { OptionValues, Outside } from './command.ts';
import { configAt, repositoryAt, targetOf } from './project.ts';

/** Everything behind `pitstop doctor`, loaded only when it runs. */
export async function doctorCommand(outside: Outside, options: OptionValues): Promise<number> {
  const root = await findRepositoryRoot(outside.cwd);
  const read = await orProblem(configAt(root, outside, options));
  const config = read instanceof PitstopError ? configSchema.parse({}) : read;
  const repository = await repositoryAt(root, outside, config);
  const { readDatabaseUrl } = config;
  const checks = await examine({
    root,
    env: repository.processEnv,
    config,
    configProblem: read instanceof PitstopError ? read : null,
    writableFolders: writableFolders(config),
    nodeVersion: process.version,
    target: targetOf(repository, options),
    readTarget:
      readDatabaseUrl === undefined
        ? null
        : await orProblem(Promise.resolve().then(() => parseTarget(readDatabaseUrl, repository.env))),
    declaredEnvironment: (options['environment'] as Environment | undefined) ?? null,
  });
  if (options['json'] === true) outside.out(`${JSON.stringify({ schemaVersion: 1, checks })}\n`);
  else for (const line of checks.flatMap(linesOf)) outside.out(`${line}\n`);
  return checks.some(({ state }) => state === 'missing') ? EXIT.surroundings : EXIT.ok;
}

async function orProblem<T>(promised: Promise<T>): Promise<T | PitstopError> {
  try {
    return await promised;
  } catch (error) {
    if (error instanceof PitstopError) return error;
    throw error;
  }
}

function linesOf({ id, state, message, fix }: Examined): string[] {
  const line = `${state.padEnd(8)} ${id.padEnd(20)} ${printable(message)}`;
  return fix === null ? [line] : [line, `${' '.repeat(30)}fix: ${printable(fix)}`];
}
