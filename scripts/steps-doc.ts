// Writes docs/steps.md and the tables of docs/configuration.md from the code: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { configurationPage } from './configuration-page.ts';
import { stepsPage } from './steps-page.ts';

writeFileSync(new URL('../docs/steps.md', import.meta.url), stepsPage());

const configuration = new URL('../docs/configuration.md', import.meta.url);
writeFileSync(configuration, configurationPage(readFileSync(configuration, 'utf8')));
