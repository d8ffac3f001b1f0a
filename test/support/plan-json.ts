export type PlanFields = Readonly<Record<string, unknown>>;

/** A node as EXPLAIN prints it, executed once; what is below it is its outer side unless it says otherwise. */
export const planNode = (type: string, fields: PlanFields, ...children: PlanFields[]): PlanFields => ({
  'Node Type': type,
  'Plan Rows': 1000,
  'Total Cost': 5000,
  'Actual Loops': 1,
  ...fields,
  Plans: children.map((child) => ({ 'Parent Relationship': 'Outer', ...child })),
});
