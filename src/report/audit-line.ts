import { printable } from './printable.ts';

/** One record of the audit log for people. Whatever event it is: a log may be older or newer than the program. */
export function recordLine(record: Readonly<Record<string, unknown>>): string {
  const { seq, at, event, actor, logId: _log, runId: _run, prev: _prev, hash: _hash, ...details } = record;
  const told = Object.entries(details).map(([name, value]) => `${name} ${describe(value)}`);
  const parts = [String(seq).padStart(5), text(at), text(event).padEnd(14), told.join(', '), by(actor)];
  return printable(parts.filter((part) => part !== '').join('  '));
}

function by(actor: unknown): string {
  if (typeof actor !== 'object' || actor === null || !('user' in actor)) return '';
  return `by ${text(actor.user)}${'terminal' in actor && actor.terminal === true ? ' at a terminal' : ''}`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return value.map(describe).join(' ');
  if (typeof value === 'object' && value !== null && 'text' in value) return `[${text(value.text)}]`;
  return text(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
