import { exclusive } from './exclusive.ts';
import { isFields, list, number, text, type Fields } from './fields.ts';
import { PlanFormatError } from './format-error.ts';
import { readNode } from './read-node.ts';
import { Plan, sharedBlocksOf, type PlanNode, type Statement, type Trigger } from './tree.ts';

export type { PlanNode } from './tree.ts';
export { Plan } from './tree.ts';
export { PlanFormatError } from './format-error.ts';

/**
 * Reads what `EXPLAIN (FORMAT JSON …)` gives, with or without its other options: the text, the array of one element, or
 * that element.
 * @throws PlanFormatError
 */
export function parsePlan(json: unknown): Plan {
  const document = typeof json === 'string' ? parseJson(json) : json;
  const explained: unknown = Array.isArray(document) ? document[0] : document;
  if (!isFields(explained) || !isFields(explained['Plan']))
    throw new PlanFormatError('this is not a plan of EXPLAIN (FORMAT JSON): there is no "Plan"');
  return new Plan(finish(readNode(explained['Plan'])), readStatement(explained));
}

/** Numbers the nodes, and gives each what it alone took. */
function finish(root: PlanNode): PlanNode {
  const times = exclusive(root, (node) => node.actual?.totalMs ?? null);
  const blocks = exclusive(root, sharedBlocksOf);
  const temporary = exclusive(root, (node) => node.tempWrittenBlocks);
  let last = 0;
  const complete = (node: PlanNode): PlanNode => ({
    ...node,
    id: ++last,
    exclusiveMs: times.get(node) ?? null,
    exclusiveBlocks: blocks.get(node) ?? null,
    exclusiveTempBlocks: temporary.get(node) ?? null,
    children: node.children.map(complete),
  });
  return complete(root);
}

function readStatement(explained: Fields): Statement {
  const { Planning: planning, Settings: settings } = explained;
  const planned = isFields(planning) ? planning : {};
  return {
    planningMs: number(explained, 'Planning Time'),
    executionMs: number(explained, 'Execution Time'),
    planning: {
      hitBlocks: number(planned, 'Shared Hit Blocks'),
      readBlocks: number(planned, 'Shared Read Blocks'),
      memoryKb: number(planned, 'Memory Used'),
    },
    triggers: list(explained, 'Triggers').filter(isFields).map(readTrigger),
    jit: readJit(explained['JIT']),
    settings: isFields(settings)
      ? Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
      : null,
    serialization: readSerialization(explained['Serialization']),
    queryText: text(explained, 'Query Text'),
  };
}

function readTrigger(trigger: Fields): Trigger {
  return {
    name: text(trigger, 'Trigger Name') ?? 'a trigger',
    constraint: text(trigger, 'Constraint Name'),
    relation: text(trigger, 'Relation'),
    ms: number(trigger, 'Time'),
    calls: number(trigger, 'Calls') ?? 0,
  };
}

function readJit(jit: unknown): Statement['jit'] {
  if (!isFields(jit) || !isFields(jit['Timing'])) return null;
  const totalMs = number(jit['Timing'], 'Total');
  return totalMs === null ? null : { functions: number(jit, 'Functions'), totalMs };
}

function readSerialization(serialization: unknown): Statement['serialization'] {
  if (!isFields(serialization)) return null;
  return { ms: number(serialization, 'Time'), outputKb: number(serialization, 'Output Volume') ?? 0 };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new PlanFormatError('this is not JSON, so it is not a plan of EXPLAIN (FORMAT JSON)', { cause });
  }
}
