import { formatBytes } from '../../report/format.ts';
import type { SessionsWanted } from '../fit.ts';
import type { RuleGroup, SettingRule, Situation } from '../rule.ts';

/** From so many sessions on more slots are kept for those who look after the server. */
const MANY = 200;

const maxConnections: SettingRule = {
  name: 'max_connections',
  formula:
    'the sessions that the profile names and the reserved ones, rounded up to five; where it names none what the server has; lowered, with a pooler named, where memory does not reach',
  source: 'bounds of memory; each session takes about 5 MB',
  handSet: 'replace',
  wish: (situation) => {
    const { sessions, wanted } = situation.fit();
    const { connections, memoryBytes } = situation.profile;
    if (sessions < wanted)
      return {
        value: sessions,
        why: `${wanted} do not fit into ${formatBytes(memoryBytes)} with work_mem = 4MB; put a pooler such as PgBouncer in transaction mode in front`,
        below: 'because of the bounds of memory',
      };
    if (connections === null) return null;
    return {
      value: wanted,
      why: `${connections} sessions and ${reservedSessions(situation)} reserved ones`,
      below: 'since so many are said to be needed',
    };
  },
};

const superuserReserved: SettingRule = {
  name: 'superuser_reserved_connections',
  formula: '5 from 200 sessions on, else what the version has',
  source: 'so that somebody still gets in when all slots are taken',
  handSet: 'keep',
  wish: (situation) =>
    isMany(situation) ? { value: 5, why: `somebody has to get in when ${MANY} others are` } : null,
};

const reserved: SettingRule = {
  name: 'reserved_connections',
  formula: '2, from 200 sessions on 5, where the profile names sessions; none for desktop',
  source: 'PostgreSQL documentation 19.3.1: for roles with pg_use_reserved_connections, such as monitoring',
  handSet: 'keep',
  wish: (situation) => {
    const { connections, workload } = situation.profile;
    if (connections === null || workload === 'desktop') return null;
    return {
      value: isMany(situation) ? 5 : 2,
      why: 'for monitoring and pools’ maintenance: roles with pg_use_reserved_connections',
    };
  },
};

const idleInTransaction: SettingRule = {
  name: 'idle_in_transaction_session_timeout',
  formula: '5 minutes for web, oltp and mixed; off for dw and desktop',
  source: 'a forgotten transaction keeps locks and rows that vacuum could remove',
  handSet: 'keep',
  wish: ({ profile: { workload } }) =>
    workload === 'dw' || workload === 'desktop'
      ? null
      : { value: 300_000, why: 'a forgotten transaction keeps its locks, and rows from vacuum' },
};

export const connections: RuleGroup = {
  group: 'connections',
  rules: [maxConnections, superuserReserved, reserved, idleInTransaction],
};

/** Slots that ordinary sessions do not get. They are wanted before it is known how many sessions fit. */
function reservedSessions(situation: Situation): number {
  const { connections: wanted, workload } = situation.profile;
  const standing = currentNumber(situation, 'superuser_reserved_connections');
  if (wanted === null) return standing + currentNumber(situation, 'reserved_connections');
  const forMaintenance = workload === 'desktop' || situation.facts('reserved_connections') === null ? 0 : 2;
  return wanted >= MANY ? Math.max(5, standing) + (forMaintenance === 0 ? 0 : 5) : standing + forMaintenance;
}

/** The sessions that the profile asks for, or that the server has; and how few of them would do. */
export function sessionsWanted(situation: Situation): SessionsWanted {
  if (!situation.mayChange('max_connections')) {
    const standing = currentNumber(situation, 'max_connections');
    return { wanted: standing, least: standing, fixed: true };
  }
  const { connections: named } = situation.profile;
  const wanted =
    named === null
      ? currentNumber(situation, 'max_connections')
      : Math.ceil((named + reservedSessions(situation)) / 5) * 5;
  const reservedAtLeast = currentNumber(situation, 'superuser_reserved_connections') + 2;
  return { wanted, least: Math.min(wanted, reservedAtLeast + FEWEST), fixed: false };
}

/** Besides the reserved ones; with fewer nobody could work. */
const FEWEST = 5;

function isMany(situation: Situation): boolean {
  return (situation.profile.connections ?? 0) >= MANY && situation.fit().sessions >= MANY;
}

function currentNumber(situation: Situation, name: string): number {
  return Number(situation.facts(name)?.value ?? 0);
}
