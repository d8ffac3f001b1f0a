// Writes what the documentation says of the code, from the code: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { withChecks } from './monitoring-checks.ts';
import { stepsPage } from './steps-page.ts';

const docs = new URL('../docs/', import.meta.url);
const monitoring = new URL('monitoring.md', docs);

writeFileSync(new URL('steps.md', docs), stepsPage());
writeFileSync(monitoring, withChecks(readFileSync(monitoring, 'utf8')));
