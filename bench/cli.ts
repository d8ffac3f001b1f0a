import { fileURLToPath } from 'node:url';

/** The built command: what users start. */
export const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
