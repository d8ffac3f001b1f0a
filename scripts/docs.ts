// Writes what the documentation says of the code, from the code: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { configurationPage } from './configuration-page.ts';
import { withChecks } from './monitoring-checks.ts';
import { stepsPage } from './steps-page.ts';

const docs = new URL('../docs/', import.meta.url);

writeFileSync(new URL('steps.md', docs), stepsPage());
rewrite('configuration.md', configurationPage);
rewrite('monitoring.md', withChecks);

function rewrite(name: string, write: (text: string) => string): void {
  const page = new URL(name, docs);
  writeFileSync(page, write(readFileSync(page, 'utf8')));
}
