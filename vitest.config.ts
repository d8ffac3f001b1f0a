import process from 'node:process';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/support/server.ts'],
    setupFiles: ['test/support/random.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // What takes longer than everything else together: PITSTOP_TESTS=all.
    exclude: [
      ...configDefaults.exclude,
      ...(process.env['PITSTOP_TESTS'] === 'all' ? [] : ['test/**/*.long.test.ts']),
    ],
    // Most tests wait for the server or for a subprocess: more of them than there are cores keep those busy.
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
