import { amazonGroup, amazonParameter, amazonSettings, applyMethod } from './amazon.ts';
import type { TuningDocument, TuningForm } from './form.ts';
import { oldValue } from './words.ts';

/** Amazon takes no more in one request. */
const BATCH = 20;
/** The name of one's own group goes here; default groups cannot be changed. */
const GROUP_NAME = 'pitstop';

/**
 * Requests for the command line of AWS, each for one call:
 * `aws rds modify-db-parameter-group --cli-input-json "$(jq '."modify-db-parameter-group"[0]' rds-parameters.json)"`.
 */
export const rds: TuningForm = {
  name: 'rds',
  label: 'a parameter group of Amazon RDS or Aurora',
  takenBy: 'amazon',
  fileName: 'rds-parameters.json',
  reverseFileName: 'rds-parameters.reverse.json',
  write: (document) => {
    const parameters = amazonSettings(document).map((advice) => modified(advice, advice.value, document));
    return json({ [`modify-${amazonGroup(document).command}`]: requests(document, parameters) });
  },
  reverse: (document) => {
    const { command } = amazonGroup(document);
    const settings = amazonSettings(document);
    const before = settings.flatMap((advice) => {
      const old = oldValue(advice, document);
      return old === null ? [] : [modified(advice, old, document)];
    });
    const unset = settings
      .filter((advice) => oldValue(advice, document) === null)
      .map((advice) => ({ ParameterName: advice.name, ApplyMethod: applyMethod(advice, document) }));
    return json({
      [`modify-${command}`]: requests(document, before),
      [`reset-${command}`]: requests(document, unset),
    });
  },
};

type Advice = TuningDocument['recommendation']['settings'][number];

function modified(advice: Advice, text: string, document: TuningDocument) {
  const { name, value, apply } = amazonParameter(advice, text, document);
  return { ParameterName: name, ParameterValue: value, ApplyMethod: apply };
}

function requests(document: TuningDocument, parameters: readonly object[]): readonly object[] {
  const count = Math.ceil(parameters.length / BATCH);
  return Array.from({ length: count }, (_, at) => ({
    [amazonGroup(document).nameKey]: GROUP_NAME,
    Parameters: parameters.slice(at * BATCH, (at + 1) * BATCH),
  }));
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
