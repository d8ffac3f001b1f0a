import { defineCheck } from '../check.ts';
import { PLACES_SQL, VOLUME_ROW, volumeWords } from '../volumes.ts';
import { formatPercent } from '../words.ts';

export const diskUsed = defineCheck({
  name: 'disk-used',
  area: 'capacity',
  summary:
    'how full the disks of data, write-ahead log and tablespaces are, where the server runs on this machine or its size is given',
  advice:
    'make room or a larger disk before it is full: without room for the write-ahead log the server stops; nothing in pg_wal is ever removed by hand',
  scope: 'cluster',
  unit: 'percent',
  threshold: {
    warning: 85,
    critical: 95,
    direction: 'above',
    source: 'pgEdge 85/95; postgres-checkup 70/90; check_postgres 90/95',
  },
  needs: { role: 'pg_monitor', volumes: true },
  standsFor: 60,
  sql: [{ from: 14, sql: PLACES_SQL }],
  row: VOLUME_ROW,
  remembers: 'nothing',
  metrics: [
    {
      name: 'disk_used_bytes',
      help: 'What is taken of a file system of the server',
      type: 'gauge',
      labels: { volume: ({ volume }) => volume },
      value: ({ usedBytes }) => usedBytes,
    },
    {
      name: 'disk_free_bytes',
      help: 'What the server may still take of a file system',
      type: 'gauge',
      labels: { volume: ({ volume }) => volume },
      value: ({ freeBytes }) => freeBytes,
    },
  ],
  observe: ({ rows }) =>
    rows.map((row) => {
      const { volume, usedBytes, freeBytes } = row;
      if (usedBytes === null || freeBytes === null)
        return { subject: volume, value: null, message: volumeWords(row) };
      const value = (100 * usedBytes) / Math.max(1, usedBytes + freeBytes);
      return { subject: volume, value, message: `${volumeWords(row)}; ${formatPercent(value)} is used` };
    }),
});
