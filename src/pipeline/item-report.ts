import type { Item } from '../task/item.ts';
import type { Dossier } from './dossier.ts';
import type { Conclusion, ItemReport, Reason } from '../outcome.ts';

/** The report of an item that was worked on. */
export function reportOf(
  dossier: Dossier,
  marker: string,
  conclusion: Conclusion,
  evidence: string | null,
): ItemReport {
  const { item, file, kind, before, after, speedup, rows, migrations, files, request } = dossier;
  const { rewrite, session } = dossier;
  return {
    id: item.id,
    title: item.title,
    file,
    line: item.line,
    kind,
    marker,
    outcome: conclusion.outcome,
    reason: conclusion.reason,
    before,
    after,
    speedup,
    rows,
    rewrite,
    session,
    migrations: migrations.map(({ upPath }) => upPath),
    files,
    request: request?.id ?? null,
    evidence,
  };
}

/** The report of an item that was left alone. */
export function untouched(
  file: string,
  item: Item,
  kind: string | null,
  reason: Reason,
  earlier: { outcome: ItemReport['outcome']; request: string | null; evidence: string } | null,
): ItemReport {
  return {
    id: item.id,
    title: item.title,
    file,
    line: item.line,
    kind,
    marker: item.marker,
    outcome: earlier?.outcome ?? null,
    reason,
    before: null,
    after: null,
    speedup: null,
    rows: 'not-applicable',
    rewrite: null,
    session: null,
    migrations: [],
    files: [],
    request: earlier?.request ?? null,
    evidence: earlier?.evidence ?? null,
  };
}
