// Writes src/tuning/postgresql-18.json from the embedded server: `npm run settings`.
import { writeFileSync } from 'node:fs';
import { withEmbeddedServer } from '../src/labs/embedded/server.ts';
import { readTuningServer } from '../src/pg/catalog/tuning-server.ts';
import { withSession } from '../src/pg/session.ts';
import { parseTarget } from '../src/pg/target.ts';
import { freshSettings } from './fresh-settings.ts';

await withEmbeddedServer({}, async ({ url }) => {
  const target = parseTarget(url, { PGSSLMODE: 'disable' });
  const server = await withSession(target, 'settings', null, readTuningServer);
  writeFileSync(new URL('../src/tuning/postgresql-18.json', import.meta.url), freshSettings(server));
});
