import { formatNamed } from '../migration/formats/index.ts';
import type { MigrationTool } from '../migration/formats/format.ts';
import type { Migration } from '../migration/migration.ts';
import { conclude, type Conclusion } from '../outcome.ts';
import type { RunContext } from './context.ts';

/** Ends an item whose change is proven and written, and applied by somebody else: the user's tool, or a person. */
export function handOver({ config }: RunContext, migrations: readonly Migration[]): Conclusion {
  const tool = applyingTool(config);
  if (tool === null) {
    const message = `proven and written, not applied (--no-apply): apply ${pathsOf(migrations)}`;
    return conclude('handed-over', 'not-applied', message);
  }
  const forTool = migrations.filter(({ byHand }) => !byHand);
  const whatTool =
    forTool.length === 0
      ? []
      : [`${tool.label} applies ${pathsOf(forTool)}: ${tool.command(config.migrations)}`];
  const notes = new Set(migrations.flatMap(({ note }) => note ?? []));
  return conclude(
    'handed-over',
    'applied-by-tool',
    `proven and written; ${[...whatTool, ...notes].join('; ')}`,
  );
}

/** What a run without --dry-run would come to. */
export function wouldHandOver({ config }: RunContext, summary: string): Conclusion {
  const tool = applyingTool(config);
  return tool === null
    ? conclude('handed-over', 'not-applied', `${summary} would be written, not applied`)
    : conclude('handed-over', 'applied-by-tool', `${summary} would be written, for ${tool.label} to apply`);
}

function applyingTool({ applyWith, migrationFormat }: RunContext['config']): MigrationTool | null {
  return applyWith === 'tool' ? formatNamed(migrationFormat).tool : null;
}

function pathsOf(migrations: readonly Migration[]): string {
  return migrations.map(({ upPath }) => upPath).join(', ');
}
