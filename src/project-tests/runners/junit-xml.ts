import type { Runner } from './runner.ts';

/** Runners that are told to write JUnit's XML to standard output. */
export const junitXml: Runner = {
  name: 'JUnit XML',
  read: (output) => {
    if (!/<testsuites?\b/.test(output)) return null;
    const cases = [...output.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(
      ([, attributes = '', body = '']) => ({
        name: [attribute(attributes, 'classname'), attribute(attributes, 'name')].filter(Boolean).join(' › '),
        failed: /<(?:failure|error)\b/.test(body),
        skipped: /<skipped\b/.test(body),
      }),
    );
    const failing = cases.filter(({ failed }) => failed);
    const skipped = cases.filter((one) => one.skipped && !one.failed).length;
    return {
      passed: cases.length - failing.length - skipped,
      failed: failing.length,
      skipped,
      failing: failing.map(({ name }) => name),
    };
  },
};

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function attribute(attributes: string, name: string): string {
  const [, double, single] = new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)')`).exec(attributes) ?? [];
  return (double ?? single ?? '').replace(/&(\w+);/g, (whole, entity: string) => ENTITIES[entity] ?? whole);
}
