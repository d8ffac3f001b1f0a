/** A release of PgBouncer. */
export interface BouncerVersion {
  readonly minor: number;
  readonly patch: number;
}

/** The oldest that files are written for: Debian 12 has it. */
const OLDEST_MINOR = 18;

/** The first release without the weaknesses of `WEAKNESSES`. */
export const SAFE_VERSION: BouncerVersion = { minor: 25, patch: 2 };

/** Reads `PgBouncer 1.18.0` and `1.18.0`; null for what is not a release of 1.18 or later. */
export function readBouncerVersion(text: string): BouncerVersion | null {
  const [, minor, patch = '0'] = /\b1\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (minor === undefined || Number(minor) < OLDEST_MINOR) return null;
  return { minor: Number(minor), patch: Number(patch) };
}

export function atLeast(version: BouncerVersion, wanted: BouncerVersion): boolean {
  return version.minor === wanted.minor ? version.patch >= wanted.patch : version.minor > wanted.minor;
}

export function versionText({ minor, patch }: BouncerVersion): string {
  return `1.${minor}.${patch}`;
}

/** Weaknesses by the release that ended them, as PgBouncer's changelog names them. Distributions may have mended older ones. */
const WEAKNESSES: readonly { readonly fixed: BouncerVersion; readonly names: string }[] = [
  { fixed: { minor: 24, patch: 1 }, names: 'CVE-2025-2291' },
  { fixed: { minor: 25, patch: 1 }, names: 'CVE-2025-12819' },
  { fixed: { minor: 25, patch: 2 }, names: 'CVE-2026-6664 to CVE-2026-6667' },
];

/** What a release is open to. */
export function weaknessesOf(version: BouncerVersion): readonly string[] {
  return WEAKNESSES.filter(({ fixed }) => !atLeast(version, fixed)).map(({ names }) => names);
}
