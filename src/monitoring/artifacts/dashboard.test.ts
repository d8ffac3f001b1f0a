import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { dashboard } from './dashboard.ts';
import { ALL } from '../../../test/support/watched-checks.ts';

const SOURCE = z.object({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
const GRID = z.strictObject({
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
});
const TARGET = z.object({ refId: z.string().min(1), expr: z.string().min(1) });
const PANEL = z.object({
  id: z.int().positive(),
  type: z.enum(['stat', 'table', 'timeseries']),
  title: z.string().min(1),
  datasource: SOURCE,
  gridPos: GRID,
  targets: z.array(TARGET).min(1),
  fieldConfig: z
    .object({
      defaults: z.object({
        thresholds: z
          .object({
            mode: z.enum(['absolute', 'percentage']),
            // The first reaches down without an end.
            steps: z.tuple(
              [z.object({ value: z.null(), color: z.string() })],
              z.object({ value: z.number(), color: z.string() }),
            ),
          })
          .optional(),
      }),
      overrides: z.array(z.never()),
    })
    .optional(),
});
const ROW = z.strictObject({
  id: z.int().positive(),
  type: z.literal('row'),
  title: z.string().min(1),
  collapsed: z.boolean(),
  panels: z.array(z.never()),
  gridPos: GRID,
});
/** What Grafana's schema of a dashboard (`dashboard_kind.cue`) wants of the parts that are used. */
const DASHBOARD = z.strictObject({
  title: z.string(),
  uid: z.string().min(8).max(40),
  tags: z.array(z.string()),
  schemaVersion: z.literal(39),
  editable: z.boolean(),
  refresh: z.string().regex(/^\d+[smh]$/),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  templating: z.object({
    list: z.tuple([
      z.object({
        type: z.literal('datasource'),
        name: z.literal('datasource'),
        query: z.literal('prometheus'),
      }),
      z.object({
        type: z.literal('query'),
        name: z.literal('instance'),
        datasource: SOURCE,
        query: z.object({ qryType: z.literal(1), query: z.literal('label_values(pitstop_up, instance)') }),
      }),
    ]),
  }),
  panels: z.array(z.discriminatedUnion('type', [ROW, PANEL])),
});

const PARSED = DASHBOARD.parse(JSON.parse(dashboard(ALL)));

describe('dashboard', () => {
  const { panels } = PARSED;
  const drawn = panels.filter((panel) => panel.type !== 'row');

  test('every query asks for the servers that are picked', () => {
    const queries = drawn.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(queries).toEqual([
      'pitstop_up{instance=~"$instance"}',
      'pitstop_alert{instance=~"$instance"} > 0',
      ...['connections-used', 'slot-lost', 'sequence-days-left'].map(
        (name) => `pitstop_check_value{check="${name}", instance=~"$instance"}`,
      ),
    ]);
  });

  test('a row for each area and a panel for each check that can be seen', () => {
    expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'connections',
      'capacity',
    ]);
    const series = panels.filter(({ type }) => type === 'timeseries').map(({ title }) => title);
    expect(series).toEqual(['Connections used', 'Slot lost', 'Sequence days left']);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  test('no two panels lie on each other, and none leaves the grid', () => {
    for (const { id, gridPos: one } of panels) {
      expect(one.x + one.w).toBeLessThanOrEqual(24);
      for (const { id: other, gridPos: two } of panels) {
        const apart =
          one.x + one.w <= two.x ||
          two.x + two.w <= one.x ||
          one.y + one.h <= two.y ||
          two.y + two.h <= one.y;
        expect(id === other || apart, `${id} and ${other}`).toBe(true);
      }
    }
  });

  test('marks colour what is beyond them', () => {
    const stepsOf = (title: string) =>
      drawn.find((panel) => panel.title === title)?.fieldConfig?.defaults.thresholds?.steps;
    expect(stepsOf('Connections used')).toEqual([
      { value: null, color: 'green' },
      { value: 75, color: 'orange' },
      { value: 90, color: 'red' },
    ]);
    expect(stepsOf('Sequence days left')).toEqual([
      { value: null, color: 'red' },
      { value: 7, color: 'orange' },
      { value: 30, color: 'green' },
    ]);
  });
});
