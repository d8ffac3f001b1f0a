import pc from 'picocolors';
import type { CheckReport } from '../monitoring/report.ts';
import type { Alert, Round } from '../monitoring/round.ts';
import type { Level } from '../monitoring/threshold.ts';
import { formatCounted, formatSpan } from '../monitoring/words.ts';
import { formatMs } from './format.ts';
import { printable } from './printable.ts';

/** Columns of the level, and of the name of a check. */
const LEVEL_WIDTH = 8;
const NAME_WIDTH = 28;

type Paint = ReturnType<typeof pc.createColors>;

/** `shop on PostgreSQL 18.4, primary, 2026-11-27 20:41:12 UTC; 91 checks, 71 of them now, in 41 ms`. */
export function roundHead({ server, checks, tookMs }: Round): string {
  const { database, versionNumber, inRecovery, at } = server;
  const version = `${Math.floor(versionNumber / 10_000)}.${versionNumber % 10_000}`;
  const when = new Date(at * 1_000).toISOString().replace('T', ' ').slice(0, 19);
  const kind = inRecovery ? 'standby' : 'primary';
  const asked = checks.filter(({ askedAt }) => askedAt === at).length;
  const now = asked === checks.length ? '' : `, ${asked} of them now,`;
  return `${printable(database)} on PostgreSQL ${version}, ${kind}, ${when} UTC; ${formatCounted(checks.length, 'check')}${now} in ${formatMs(tookMs)}`;
}

/** A round for people: alerts, what could not be seen, what is well, and how many there are of each. */
export function roundLines(round: Round, color: boolean): string[] {
  const paint = pc.createColors(color);
  return [
    paint.bold(roundHead(round)),
    ...alertLines(round, paint),
    ...unknownLines(round.checks, paint),
    ...round.checks.flatMap((check) => wellLines(check, paint)),
    paint.bold(summaryOf(round)),
  ];
}

function alertLines({ alerts, server }: Round, paint: Paint): string[] {
  return alerts.flatMap((alert) => [
    line(alert.level, alert.check, `${alert.message}${stateWords(alert, server.at)}`, paint),
    ...(alert.advice === null ? [] : [continued(`→ ${alert.advice}`)]),
  ]);
}

function stateWords({ state, since, breaches }: Alert, at: number): string {
  if (state === 'pending') return ` (not an alert yet: ${formatCounted(breaches, 'round')})`;
  const lasted = at - (since ?? at);
  const words = lasted < 1 ? [] : [`for ${formatSpan(lasted)}`];
  return [...words, ...(state === 'clearing' ? ['better now'] : [])].map((word) => `; ${word}`).join('');
}

/** So many checks that are unknown for one reason have one line. */
const MANY = 3;

interface Untold {
  readonly name: string;
  readonly message: string;
  readonly advice: string | null;
}

/** What could not be read, and what could not be told of what was; the same reason once. */
function unknownLines(checks: readonly CheckReport[], paint: Paint): string[] {
  const groups = new Map<string, Untold[]>();
  for (const untold of checks.flatMap(untoldOf)) {
    const key = `${reasonOf(untold)}\n${untold.advice ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), untold]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = group.map(({ name }) => name).join(', ');
    const lines =
      group.length < MANY
        ? group.map(({ name, message }) => line('unknown', name, message, paint))
        : [line('unknown', `${group.length} checks`, `${reasonOf(first)}: ${names}`, paint)];
    return first.advice === null ? lines : [...lines, continued(`→ ${first.advice}`)];
  });
}

function untoldOf({ name, level, message, advice, observations }: CheckReport): Untold[] {
  if (message !== null) return level === null ? [] : [{ name, message, advice }];
  const untold = observations.filter((observation) => observation.level === 'unknown');
  const [first] = untold;
  if (first === undefined) return [];
  const more = untold.length === 1 ? '' : ` (and ${formatCounted(untold.length - 1, 'other')})`;
  return [{ name, message: `${first.message}${more}`, advice: first.advice }];
}

/** Of `no rate of deadlocks: this is the first look (and 2 others)` what comes after the colon. */
function reasonOf({ message }: Untold): string {
  return (message.split(': ').at(-1) ?? message).replace(/ \(and \d+ others?\)$/, '');
}

function wellLines({ name, state, observations, message }: CheckReport, paint: Paint): string[] {
  if (state === 'not-applicable') return [line('–', name, message ?? '', paint)];
  const well = observations.filter(({ level }) => level === 'ok');
  const [first] = well;
  if (state !== 'read' || observations.length > well.length) return [];
  if (first === undefined) return [line('ok', name, 'nothing found', paint)];
  const more = well.length === 1 ? '' : `; and ${formatCounted(well.length - 1, 'other')}`;
  return [line('ok', name, `${first.message}${more}`, paint)];
}

/** `2 alerts (1 critical), 3 unknown, 41 ok`. */
export function summaryOf({ alerts, checks }: Round): string {
  const up = alerts.filter(({ state }) => state !== 'pending');
  const critical = up.filter(({ level }) => level === 'critical').length;
  const of = (level: Level) => checks.filter((check) => check.level === level).length;
  return [
    `${formatCounted(up.length, 'alert')}${critical === 0 ? '' : ` (${critical} critical)`}`,
    `${of('unknown')} unknown`,
    `${of('ok')} ok`,
  ].join(', ');
}

/** What has changed between two rounds: alerts that went up, down, or to another level. */
export function changeLines(before: Round | null, round: Round, color: boolean): string[] {
  const paint = pc.createColors(color);
  const when = new Date(round.server.at * 1_000).toISOString().slice(0, 19);
  const key = ({ check, subject }: Alert) => `${check}\n${subject}`;
  const upOf = (one: Round | null) =>
    new Map(
      (one?.alerts ?? []).filter(({ state }) => state !== 'pending').map((alert) => [key(alert), alert]),
    );
  const [old, now] = [upOf(before), upOf(round)];
  const raised = [...now.values()].filter((alert) => old.get(key(alert))?.level !== alert.level);
  const cleared = [...old.values()].filter((alert) => !now.has(key(alert)));
  return [
    ...raised.flatMap((alert) => [
      `${when} ${line(alert.level, alert.check, alert.message, paint)}`,
      ...(alert.advice === null ? [] : [`${when} ${continued(`→ ${alert.advice}`)}`]),
    ]),
    ...cleared.map((alert) => `${when} ${line('ok', alert.check, `cleared: ${alert.message}`, paint)}`),
  ];
}

function line(level: Level | '–', name: string, message: string, paint: Paint): string {
  const colors = {
    ok: paint.green,
    unknown: paint.cyan,
    warning: paint.yellow,
    critical: paint.red,
    '–': paint.dim,
  };
  return `${colors[level](level.padEnd(LEVEL_WIDTH))} ${name.padEnd(NAME_WIDTH)} ${printable(message)}`;
}

function continued(text: string): string {
  return `${' '.repeat(LEVEL_WIDTH + NAME_WIDTH + 2)}${printable(text)}`;
}
