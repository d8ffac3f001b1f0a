import { barredBy } from '../managed.ts';
import { parseSetting } from '../parse-setting.ts';
import { majorOf } from '../server.ts';
import type { SettingAdvice } from '../setting.ts';
import type { TuningDocument } from './form.ts';
import { factsOf } from './words.ts';

/** A parameter as parameter groups have it. */
export interface AmazonParameter {
  readonly name: string;
  readonly value: string;
  /** Static parameters wait for a reboot. */
  readonly apply: 'immediate' | 'pending-reboot';
}

/**
 * Numbers without units, in the unit of `pg_settings` (8 kB pages for `shared_buffers`, kB for `work_mem`, seconds for
 * `checkpoint_timeout`); `1` and `0` for what is on or off.
 */
export function amazonParameter(
  advice: SettingAdvice,
  value: string,
  document: TuningDocument,
): AmazonParameter {
  const facts = factsOf(advice, document);
  const parsed = parseSetting(value, facts);
  if (!parsed.ok)
    throw new Error(`${advice.name} is advised a value that it does not take: ${parsed.problem}`);
  return {
    name: advice.name,
    value: facts.type === 'bool' ? (parsed.value === 'on' ? '1' : '0') : parsed.value.replace(/,\s+/g, ','),
    apply: applyMethod(advice, document),
  };
}

export function applyMethod(advice: SettingAdvice, document: TuningDocument): AmazonParameter['apply'] {
  return factsOf(advice, document).context === 'postmaster' ? 'pending-reboot' : 'immediate';
}

/** Without those that no parameter group takes: the profile of a server that is to move to Amazon says nothing of that. */
export function amazonSettings(document: TuningDocument): readonly SettingAdvice[] {
  const { profile, recommendation } = document;
  return recommendation.settings.filter(
    (advice) => barredBy(profile.managed ?? 'rds', factsOf(advice, document)) === null,
  );
}

/** What parameter groups of the two services are called. */
export interface AmazonGroup {
  readonly family: string;
  readonly command: string;
  readonly nameKey: string;
  readonly resource: string;
}

export function amazonGroup({ profile, server }: TuningDocument): AmazonGroup {
  const version = majorOf(server);
  return profile.managed === 'aurora'
    ? {
        family: `aurora-postgresql${version}`,
        command: 'db-cluster-parameter-group',
        nameKey: 'DBClusterParameterGroupName',
        resource: 'aws_rds_cluster_parameter_group',
      }
    : {
        family: `postgres${version}`,
        command: 'db-parameter-group',
        nameKey: 'DBParameterGroupName',
        resource: 'aws_db_parameter_group',
      };
}
