import type { HardwareProfile } from '../profile.ts';
import { settle, type Claim, type PartialProfile } from './claim.ts';
import { KNOWN_UNITS } from './size.ts';
import { tokensOf, type Token } from './tokens.ts';
import type { Role } from './vocabulary.ts';

/** What a text says of a machine. */
export interface ParsedHardware {
  readonly given: PartialProfile;
  /** What cannot be, contradicts itself, or is no value; where there is any, nothing of the text counts. */
  readonly problems: readonly string[];
  /** What was read over, as it stands there: nothing is guessed from it. */
  readonly unknown: readonly string[];
}

/** A longer text is no description of a machine. */
const MOST_CHARACTERS = 2000;

/** `8C/16T`, where T is no terabyte. */
const CORES_AND_THREADS = /\b(?<cores>\d+)\s*c\s*\/\s*(?<threads>\d+)\s*t\b/gi;

type NumberToken = Extract<Token, { kind: 'number' }>;

/** What one piece of the text comes to. */
interface Reading {
  readonly claims?: readonly Claim[];
  readonly problem?: string;
  readonly unknown?: string;
}

/**
 * Reads `16 GB RAM, 8 cores, NVMe, 200 connections, oltp`, also `16GB/8 vCPU/SSD`, `64 GiB, 16 CPUs, HDD, data
 * warehouse`, `cores: 8`, `db.r6g.xlarge`. A size of which nothing is said is the memory.
 */
export function parseHardware(text: string): ParsedHardware {
  if (text.length > MOST_CHARACTERS)
    return refused([`a description of hardware has at most ${MOST_CHARACTERS} characters`]);
  const tokens = tokensOf(text.replaceAll(CORES_AND_THREADS, '$<cores> cores/$<threads> threads'));
  const readings = tokens.map((_token, at) => readAt(tokens, at));
  const { given, problems } = settle(readings.flatMap(({ claims = [] }) => claims));
  const unknown = readings.flatMap((reading) => reading.unknown ?? []);
  const found = [...readings.flatMap(({ problem }) => problem ?? []), ...problems];
  if (found.length > 0) return { ...refused([...new Set(found)]), unknown };
  if (Object.keys(given).length > 0) return { given, problems: [], unknown };
  return { ...refused([`nothing in "${text.trim()}" says what machine it is`]), unknown };
}

function refused(problems: readonly string[]): ParsedHardware {
  return { given: {}, problems, unknown: [] };
}

function readAt(tokens: readonly Token[], at: number): Reading {
  const token = tokens[at];
  switch (token?.kind) {
    case 'number':
      return readNumberAt(tokens, at, token);
    case 'phrase': {
      if (token.phrase.denies === true) return denied(tokens, at);
      const { claims = {} } = token.phrase;
      return { claims: Object.entries(claims).map((entry) => toClaim(entry, token.text)) };
    }
    case 'instance': {
      const { text, instance } = token;
      if (typeof instance === 'string') return { problem: instance };
      return { claims: Object.entries(instance).map((entry) => toClaim(entry, text)) };
    }
    case 'range':
      return { problem: `"${token.text}" is a range: name one value` };
    case 'rate':
      return { unknown: token.text };
    case 'word': {
      const before = tokens[at - 1];
      // A number's own problem names it.
      if (before?.kind === 'number' && before.unitBytes === null) return {};
      return /[\p{L}\d]/u.test(token.text) ? { unknown: token.text } : {};
    }
    case 'break':
    case undefined:
      return {};
  }
}

/** What is denied says what the machine has not; only `no container` is a value. */
function denied(tokens: readonly Token[], at: number): Reading {
  const next = tokens[at + 1];
  const text = `${tokens[at]?.text} ${next?.text ?? ''}`.trim();
  return next?.kind === 'phrase' && (next.phrase.claims ?? next.phrase.role) !== undefined
    ? { problem: `"${text}": say what the machine has, not what it has not` }
    : { unknown: text };
}

function readNumberAt(tokens: readonly Token[], at: number, token: NumberToken): Reading {
  const { text, value, unitBytes } = token;
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  if (value === null) return { problem: `"${text}" is no number` };
  const role = roleAt(tokens, at)?.role ?? null;
  if (role === 'cores' && /\dm$/.test(text))
    return { claims: [{ name: 'cpus', value: value / 1000, text: quote(tokens, at) }] };
  if (unitBytes !== null) return sizeOf(role ?? 'memory', Math.round(value * unitBytes), quote(tokens, at));
  const counted = countOf(role, value, quote(tokens, at));
  if (counted !== null) return counted;
  if (before?.kind === 'phrase' && before.phrase.isNumbered === true) return {};
  // `EPYC 7763`.
  if (before?.kind === 'word') return { unknown: text };
  if (role !== null) return { problem: `"${quote(tokens, at)}" has no unit: write ${KNOWN_UNITS}` };
  return after?.kind === 'word'
    ? {
        problem: `"${text} ${after.text}": the unit ${after.text} is not known, only ${KNOWN_UNITS}, cores and connections`,
      }
    : { problem: `"${text}": of what? Write ${KNOWN_UNITS}, cores or connections behind it` };
}

/** A size; that of a disk is no value of a profile. */
function sizeOf(role: Role, bytes: number, text: string): Reading {
  const names: Partial<Record<Role, keyof HardwareProfile>> = {
    memory: 'memoryBytes',
    data: 'dataBytes',
    free: 'freeBytes',
  };
  const name = names[role];
  if (name !== undefined) return { claims: [{ name, value: bytes, text }] };
  return role === 'disk' ? { unknown: text } : { problem: `"${text}": ${role} have no size` };
}

function countOf(role: Role | null, value: number, text: string): Reading | null {
  if (role === 'cores') return { claims: [{ name: 'cpus', value, text }] };
  if (role === 'connections') return { claims: [{ name: 'connections', value, text }] };
  return role === 'threads' ? { unknown: text } : null;
}

/** What the words beside a number say of it: a label before it, else what stands behind it, else what stands before it. */
function roleAt(tokens: readonly Token[], at: number): { readonly role: Role; readonly text: string } | null {
  const [before, number, after] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  const ahead = roleBefore(tokens, at);
  const behind = roleAfter(tokens, at);
  const isLabelled = before?.kind === 'phrase' && before.isLabel;
  if (behind !== null && !(ahead !== null && isLabelled))
    return { role: behind, text: `${number?.text} ${after?.text}` };
  return ahead === null ? null : { role: ahead, text: `${before?.text} ${number?.text}` };
}

/** What the words right behind a number say of it, unless they stand before a number of their own: `RAM 16 GB disk 1 TB`. */
function roleAfter(tokens: readonly Token[], at: number): Role | null {
  const [number, after, next] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  const role = roleOf(after);
  if (role === null || (after?.kind === 'phrase' && after.isLabel)) return null;
  if (next?.kind !== 'number' || number?.kind !== 'number') return role;
  return isSize(role) && next.unitBytes !== null && number.unitBytes !== null ? null : role;
}

/** What the words right before a number say of it, unless they belong to the number before them. */
function roleBefore(tokens: readonly Token[], at: number): Role | null {
  const role = roleOf(tokens[at - 1]);
  if (role === null) return null;
  return tokens[at - 2]?.kind === 'number' && roleAfter(tokens, at - 2) !== null ? null : role;
}

function roleOf(token: Token | undefined): Role | null {
  if (token?.kind !== 'phrase') return null;
  return token.phrase.role ?? (token.phrase.claims?.storage === undefined ? null : 'disk');
}

function isSize(role: Role): boolean {
  return role === 'memory' || role === 'disk' || role === 'data' || role === 'free';
}

/** A number with the words that say what it is, for messages. */
function quote(tokens: readonly Token[], at: number): string {
  return roleAt(tokens, at)?.text ?? tokens[at]?.text ?? '';
}

function toClaim([name, value]: [string, unknown], text: string): Claim {
  return { name: name as keyof HardwareProfile, value: value as Claim['value'], text };
}
