import process from 'node:process';

/** `postgres:18` through Testcontainers; null, with a line on standard error, where no Docker answers. */
export async function startContainer(): Promise<{ url: string; stop(): Promise<void> } | null> {
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers');
  try {
    await getContainerRuntimeClient();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `Docker does not answer (${reason}): container tests are skipped, the rest runs embedded.\n`,
    );
    return null;
  }
  const container = await new GenericContainer('postgres:18')
    .withEnvironment({
      POSTGRES_PASSWORD: 'pitstop',
      POSTGRES_INITDB_ARGS: '--locale=C --locale-provider=builtin --builtin-locale=C.UTF-8',
    })
    .withExposedPorts(5432)
    // The image starts the server twice: once to set it up, once for good.
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))
    .start();
  const address = `${container.getHost()}:${container.getMappedPort(5432)}`;
  return {
    url: `postgres://postgres:pitstop@${address}/postgres`,
    stop: async () => {
      await container.stop();
    },
  };
}
