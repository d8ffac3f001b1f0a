import { judge } from '../src/gate/verdict.ts';
import { loadParser } from '../src/sql/parse.ts';
import { CLASSED_STATEMENTS } from '../test/fixtures/gate-statements.ts';
import { cpuOf } from './cpu.ts';
import { seriesOf } from './interleave.ts';
import type { Row } from './table.ts';

const STATEMENTS = 5_000;
const ROUNDS = 5;

/** What the gate takes for statements of every class: CPU time of one process. */
export async function gate(): Promise<Row[]> {
  await loadParser();
  const statements = Array.from({ length: STATEMENTS }, (_, at) => {
    const { sql } = CLASSED_STATEMENTS[at % CLASSED_STATEMENTS.length]!;
    return `${sql} /* ${at} */`;
  });
  const text = statements.join(';\n');
  const rounds = Array.from({ length: ROUNDS + 1 }, () => ({
    apart: cpuOf(() => statements.map((sql) => judge(sql, 'development'))),
    together: cpuOf(() => judge(text, 'development')),
  })).slice(1);
  const [apart, together] = [
    seriesOf(rounds.map((round) => round.apart)),
    seriesOf(rounds.map((round) => round.together)),
  ];
  return [
    {
      what: '5,000 statements judged, each by itself',
      value: apart.medianMs,
      unit: 'ms',
      goal: 2_000,
      note: `${apart.spread} of CPU time`,
    },
    {
      what: '  as one text',
      value: together.medianMs,
      unit: 'ms',
      goal: 2_000,
      note: `${together.spread} of CPU time; ${(Buffer.byteLength(text) / 1e6).toFixed(1)} MB`,
    },
  ];
}
