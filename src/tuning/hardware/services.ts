import type { ManagedService, Storage } from '../profile.ts';

/** What is known of a service that runs PostgreSQL for others, whichever instance it is. */
interface ServiceFacts {
  readonly title: string;
  /** Where its settings are changed, since none of them lets its customers use ALTER SYSTEM. */
  readonly settingsBy: string;
  /** What its storage behaves like: all of them reach it by network. */
  readonly storage: Storage;
  /** Roles that only the service creates. */
  readonly roles: readonly string[];
  /** What the names of its own settings begin with. */
  readonly settings: readonly string[];
}

/** In the order in which signs are looked for: what is built upon another comes first. */
export const SERVICES: Readonly<Record<ManagedService, ServiceFacts>> = {
  aurora: {
    title: 'Amazon Aurora',
    settingsBy: 'a DB cluster parameter group',
    storage: 'san',
    roles: [],
    settings: ['aurora_', 'apg_'],
  },
  rds: {
    title: 'Amazon RDS',
    settingsBy: 'a DB parameter group',
    storage: 'san',
    roles: ['rdsadmin', 'rds_superuser'],
    settings: ['rds.'],
  },
  'cloud-sql': {
    title: 'Google Cloud SQL',
    settingsBy: 'database flags (gcloud sql instances patch --database-flags)',
    storage: 'san',
    roles: ['cloudsqladmin', 'cloudsqlsuperuser'],
    settings: ['cloudsql.'],
  },
  azure: {
    title: 'Azure Database for PostgreSQL',
    settingsBy: 'server parameters (az postgres flexible-server parameter set)',
    storage: 'san',
    roles: ['azuresu', 'azure_pg_admin'],
    settings: ['azure.'],
  },
  supabase: {
    title: 'Supabase',
    settingsBy: 'supabase postgres-config update',
    storage: 'san',
    roles: ['supabase_admin', 'supabase_auth_admin'],
    settings: [],
  },
  neon: {
    title: 'Neon',
    settingsBy: 'its console; most settings follow from the size of the compute',
    storage: 'san',
    roles: ['neon_superuser'],
    settings: ['neon.'],
  },
  other: {
    title: 'a managed service',
    settingsBy: 'the means of the service',
    storage: 'san',
    // DigitalOcean, Aiven, Timescale, AlloyDB, Heroku.
    roles: ['doadmin', 'avnadmin', 'tsdbadmin', 'alloydbsuperuser', 'heroku_admin'],
    settings: ['alloydb.'],
  },
};
