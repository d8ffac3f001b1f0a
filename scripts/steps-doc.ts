// Writes docs/steps.md from the code: `npm run docs`.
import { writeFileSync } from 'node:fs';
import { stepsPage } from './steps-page.ts';

writeFileSync(new URL('../docs/steps.md', import.meta.url), stepsPage());
