import type { Threshold } from '../threshold.ts';
import { byArea, sentences, titleOf, visible, type WatchedCheck } from './watched.ts';

/** Grafana's grid is so wide. */
const WIDTH = 24;
const PANEL = { w: 8, h: 7 };
const SCHEMA_VERSION = 39;

/** Units as Grafana calls them; what is not here is a bare number. */
const UNITS: Readonly<Record<string, string>> = {
  percent: 'percent',
  bytes: 'bytes',
  seconds: 's',
  milliseconds: 'ms',
  days: 'd',
  'per second': 'cps',
  'per minute': 'cpm',
  'bytes per second': 'Bps',
};

/**
 * A dashboard for Grafana, on the metrics of `pitstop monitor --prometheus`: what is up on top, then a row for each area
 * with one panel for each check that can be seen, its marks drawn in; all of the server, or the servers, picked at its top.
 */
export function dashboard(checks: readonly WatchedCheck[]): string {
  const panels: object[] = [upPanel(), alertsPanel()];
  let y = 8;
  for (const [area, own] of byArea(visible(checks))) {
    panels.push({
      type: 'row',
      title: area,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
    });
    y += 1;
    own.forEach((check, at) => {
      const column = (at * PANEL.w) % WIDTH;
      if (at > 0 && column === 0) y += PANEL.h;
      panels.push(checkPanel(check, { x: column, y, ...PANEL }));
    });
    y += PANEL.h;
  }
  const document = {
    title: 'PostgreSQL by pitstop',
    uid: 'pitstop-postgresql',
    tags: ['postgresql', 'pitstop'],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: VARIABLES },
    panels: panels.map((panel, at) => ({ id: at + 1, ...panel })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const SOURCE = { type: 'prometheus', uid: '${datasource}' };
/** Several are put into a query as a regular expression. */
const PICKED = 'instance=~"$instance"';

const INSTANCES = 'label_values(pitstop_up, instance)';
/** Numbers as Grafana has them: label values, asked again where the time range changes, in the order of the alphabet. */
const VARIABLES = [
  { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
  {
    name: 'instance',
    label: 'Server',
    type: 'query',
    datasource: SOURCE,
    definition: INSTANCES,
    query: { qryType: 1, query: INSTANCES, refId: 'PrometheusVariableQueryEditor-VariableQuery' },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: false,
  },
];

function upPanel(): object {
  return {
    type: 'stat',
    title: 'Server answers',
    datasource: SOURCE,
    gridPos: { x: 0, y: 0, w: 4, h: 8 },
    targets: [{ refId: 'A', expr: `pitstop_up{${PICKED}}`, legendFormat: '{{instance}}' }],
    fieldConfig: {
      defaults: {
        mappings: [
          { type: 'value', options: { 0: { text: 'no', color: 'red' }, 1: { text: 'yes', color: 'green' } } },
        ],
      },
      overrides: [],
    },
  };
}

function alertsPanel(): object {
  return {
    type: 'table',
    title: 'Alerts that are up',
    datasource: SOURCE,
    gridPos: { x: 4, y: 0, w: WIDTH - 4, h: 8 },
    targets: [{ refId: 'A', expr: `pitstop_alert{${PICKED}} > 0`, format: 'table', instant: true }],
  };
}

function checkPanel(check: WatchedCheck, gridPos: object): object {
  const { name, summary, advice, unit, threshold } = check;
  return {
    type: 'timeseries',
    title: titleOf(check),
    description: sentences(summary, advice),
    datasource: SOURCE,
    gridPos,
    targets: [
      {
        refId: 'A',
        expr: `pitstop_check_value{check="${name}", ${PICKED}}`,
        legendFormat: '{{instance}} {{subject}}',
      },
    ],
    fieldConfig: {
      defaults: {
        unit: UNITS[unit] ?? 'short',
        custom: { thresholdsStyle: { mode: threshold === null ? 'off' : 'line' } },
        thresholds: { mode: 'absolute', steps: stepsOf(threshold) },
      },
      overrides: [],
    },
  };
}

/** Colours by rising value; the first step has no lower end. */
function stepsOf(threshold: Threshold | null): object[] {
  const { warning = null, critical = null, direction = 'above' } = threshold ?? {};
  const marks = [
    ...(warning === null ? [] : [{ value: warning, color: 'orange' }]),
    ...(critical === null ? [] : [{ value: critical, color: 'red' }]),
  ];
  if (direction === 'above') return [{ value: null, color: 'green' }, ...marks];
  // Below a mark is the breach: each colour reaches up to its mark.
  const rising = marks.toSorted((one, other) => one.value - other.value);
  const colors = [...rising.map(({ color }) => color), 'green'];
  return colors.map((color, at) => ({ value: rising[at - 1]?.value ?? null, color }));
}
