/** The spellings that people and agents use for each input field, by canonical key. */
const INPUT_SPELLINGS = {
  step: ['step', 'step kind', 'kind'],
  query: [
    'query',
    'queries',
    'sql',
    'sql query',
    'statement',
    'statements',
    'problem query',
    'slow query',
    'slow sql',
  ],
  file: ['file', 'files', 'source', 'sources', 'source file', 'source files'],
  params: ['params', 'param', 'parameters', 'parameter', 'parameter sets'],
  table: ['table', 'tables'],
  index: ['index', 'indexes', 'indices'],
  workload: ['workload'],
  target: ['target', 'acceptance', 'acceptance criteria', 'goal'],
  candidate: [
    'candidate',
    'candidates',
    'proposal',
    'proposals',
    'suggested fix',
    'suggested fixes',
    'suggested change',
    'suggested index',
    'suggested rewrite',
    'proposed fix',
    'proposed change',
    'proposed index',
    'proposed rewrite',
    'suggestion',
  ],
  budget: ['budget', 'storage budget', 'constraint', 'constraints'],
  hardware: ['hardware'],
  dependsOn: ['depends on', 'depends', 'dependson', 'dependencies', 'dependency'],
  priority: ['priority'],
  sensitive: ['sensitive', 'confidential'],
} as const satisfies Record<string, readonly string[]>;

export type InputKey = keyof typeof INPUT_SPELLINGS;

/** The fields that pitstop writes, in this order. */
const OUTPUT_ORDER: readonly string[] = [
  'status',
  'file',
  'before',
  'after',
  'changes',
  'tests',
  'impact',
  'evidence',
  'rollback',
  'approval',
  'blocked',
];

/** What a field of ours is called where a person's field of the usual name stands. */
const BESIDE: Readonly<Record<string, string>> = {
  status: 'Result',
  file: 'Migration',
  impact: 'Measured impact',
};

const KEYS = new Map<string, string>(
  Object.entries(INPUT_SPELLINGS).flatMap(([key, spellings]) =>
    spellings.map((spelling) => [spelling, key] as const),
  ),
);
const OUR_NAMES = new Set([...OUTPUT_ORDER, 'result', 'migration']);

/** The canonical key of a field name: without case, inner spaces as one, no colon. */
export function fieldKey(name: string): string {
  const lower = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
  return KEYS.get(lower) ?? lower;
}

/** Whether pitstop reads or writes a field of that key. */
export function isOurKey(key: string): boolean {
  return Object.hasOwn(INPUT_SPELLINGS, key) || OUR_NAMES.has(key);
}

/** Whether pitstop writes a field of that key; `file` is read as well. */
export function isOutputKey(key: string): boolean {
  return OUR_NAMES.has(key) || key.startsWith('measured ');
}

/** `Result` for `Status`, `Migration` for `File`, `Measured impact` for `Impact`, `Measured before` for `Before`. */
export function nameBeside(name: string): string {
  return BESIDE[fieldKey(name)] ?? `Measured ${name.toLowerCase()}`;
}

/** Where a field of ours belongs among the others; unknown names come last. */
export function outputRank(name: string): number {
  const key = fieldKey(name);
  const index = OUTPUT_ORDER.findIndex((known) => known === key || fieldKey(nameBeside(known)) === key);
  return index < 0 ? OUTPUT_ORDER.length : index;
}
