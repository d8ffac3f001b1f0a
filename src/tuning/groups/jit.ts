import type { RuleGroup, SettingRule } from '../rule.ts';

const jitSwitch: SettingRule = {
  name: 'jit',
  formula: 'off for web and oltp, else what the version has; nothing where the server cannot compile',
  source: 'compiling takes tens to hundreds of milliseconds, which short statements do not get back',
  handSet: 'keep',
  wish: ({ profile: { workload }, server }) =>
    server.jitAvailable !== false && (workload === 'web' || workload === 'oltp')
      ? { value: 'off', why: 'short statements do not get back what compiling takes' }
      : null,
};

const jitAboveCost: SettingRule = {
  name: 'jit_above_cost',
  formula:
    '1,000,000 for mixed, else what the version has (100,000); nothing where the server cannot compile',
  source: 'only the long statements of a mixed load get back what compiling takes',
  handSet: 'keep',
  wish: ({ profile: { workload }, server }) =>
    server.jitAvailable !== false && workload === 'mixed'
      ? { value: 1_000_000, why: 'only long statements get back what compiling takes' }
      : null,
};

export const jit: RuleGroup = { group: 'jit', rules: [jitSwitch, jitAboveCost] };
