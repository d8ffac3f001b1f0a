import { CATALOG_SECONDS, defineCheck } from '../check.ts';
import { forecast, forecastWords, pointsOf } from '../forecast.ts';
import { PLACES_SQL, VOLUME_ROW, volumeWords } from '../volumes.ts';
import { formatBytes } from '../words.ts';

export const diskDaysLeft = defineCheck({
  name: 'disk-days-left',
  area: 'capacity',
  summary:
    'days until a disk of the server has no room left beside what the write-ahead log may take, by how it has filled',
  advice:
    'find what grows (database-growth, wal-directory-size, temp-file-bytes, logs of others on the same disk), and make room or a larger disk before that day',
  scope: 'cluster',
  unit: 'days',
  threshold: {
    warning: 30,
    critical: 7,
    direction: 'below',
    source:
      'none of the tools read forecasts it with an interval; a month to buy a disk, a week to make room',
  },
  needs: { role: 'pg_monitor', volumes: true },
  standsFor: CATALOG_SECONDS,
  sql: [{ from: 14, sql: PLACES_SQL }],
  row: VOLUME_ROW,
  remembers: 'series',
  metrics: [],
  observe: ({ rows, history }) => {
    // What the write-ahead log may take is as good as taken: it comes and goes, and is no growth.
    const points = pointsOf(
      history,
      ({ volume }) => volume,
      ({ usedBytes, reservedBytes }) => (usedBytes === null ? null : usedBytes + reservedBytes),
    );
    return rows.map((row) => {
      const { volume, usedBytes, freeBytes, reservedBytes } = row;
      const subject = volume;
      if (usedBytes === null || freeBytes === null)
        return { subject, value: null, message: volumeWords(row) };
      if (reservedBytes > freeBytes)
        return { subject, value: 0, message: `${volumeWords(row)}: that is more than there is` };
      const found = forecast(points.get(volume) ?? [], usedBytes + freeBytes);
      const fills = found.state === 'reaches' ? `, fills by ${formatBytes(found.perDay)} a day` : '';
      const message = `${volumeWords(row)}${fills}; the end: ${forecastWords(found)}`;
      if (found.state === 'steady') return { subject, value: null, level: 'ok', message };
      return { subject, value: found.state === 'reaches' ? found.days : null, message };
    });
  },
});
