import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/support/server.ts'],
    setupFiles: ['test/support/random.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Most tests wait for the server or for a subprocess: more of them than there are cores keep those busy.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
