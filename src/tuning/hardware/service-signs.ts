import type { ManagedService, Storage } from '../profile.ts';

/** By what a service that runs PostgreSQL for others is known, whichever instance it is. */
interface ServiceSigns {
  readonly title: string;
  /** What its storage behaves like: all of them reach it by network. */
  readonly storage: Storage;
  /** Roles that only the service creates. */
  readonly roles: readonly string[];
  /** What the names of its own settings begin with. */
  readonly settings: readonly string[];
}

/** In the order in which signs are looked for: what is built upon another comes first. */
export const SERVICE_SIGNS: Readonly<Record<ManagedService, ServiceSigns>> = {
  aurora: {
    title: 'Amazon Aurora',
    storage: 'san',
    roles: [],
    settings: ['aurora_', 'apg_'],
  },
  rds: {
    title: 'Amazon RDS',
    storage: 'san',
    roles: ['rdsadmin', 'rds_superuser'],
    settings: ['rds.'],
  },
  'cloud-sql': {
    title: 'Google Cloud SQL',
    storage: 'san',
    roles: ['cloudsqladmin', 'cloudsqlsuperuser'],
    settings: ['cloudsql.'],
  },
  azure: {
    title: 'Azure Database for PostgreSQL',
    storage: 'san',
    roles: ['azuresu', 'azure_pg_admin'],
    settings: ['azure.'],
  },
  supabase: {
    title: 'Supabase',
    storage: 'san',
    roles: ['supabase_admin', 'supabase_auth_admin'],
    settings: [],
  },
  neon: {
    title: 'Neon',
    storage: 'san',
    roles: ['neon_superuser'],
    settings: ['neon.'],
  },
  other: {
    title: 'a managed service',
    storage: 'san',
    // DigitalOcean, Aiven, Timescale, AlloyDB, Heroku.
    roles: ['doadmin', 'avnadmin', 'tsdbadmin', 'alloydbsuperuser', 'heroku_admin'],
    settings: ['alloydb.'],
  },
};
