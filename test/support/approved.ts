import type { Approved } from '../../src/approval/payload.ts';

/** What an approval is given for. */
export const APPROVED: Approved = {
  request: '0123456789abcdef',
  requestSha256: 'a'.repeat(64),
  environment: 'staging',
  target: {
    systemIdentifier: '7580000000000000001',
    database: 'shop',
    databaseOid: 16_384,
    host: 'db.example.com',
    port: 5432,
    role: 'app',
  },
  state: 'b'.repeat(64),
};
