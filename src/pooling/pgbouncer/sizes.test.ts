import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bouncerSizes } from './sizes.ts';

test('a pool of eight for one role leaves a reserve and a connection for passwords', () => {
  expect(bouncerSizes({ poolSize: 8, limit: 17, roles: 1, clients: 250, processes: 1 })).toEqual({
    processes: 1,
    defaultPoolSize: 8,
    minPoolSize: 2,
    reservePoolSize: 2,
    maxDbConnections: 11,
    maxUserConnections: 10,
    maxClientConn: 300,
    fileDescriptors: 300 + 10 * 2 + 100,
    fileDescriptorsWhy: expect.stringMatching(
      /^300 clients \+ \(8 connections \+ 2 in reserve\) × \(1 role \+ 1 .*\) \+ 100 for/,
    ) as string,
    serverConnections: 11,
    notes: [],
  });
});

test('several processes and roles divide the same connections', () => {
  const sizes = bouncerSizes({ poolSize: 20, limit: 90, roles: 2, clients: null, processes: 2 });
  expect(sizes).toMatchObject({
    processes: 2,
    defaultPoolSize: 5,
    maxDbConnections: 13,
    serverConnections: 26,
  });
  expect(sizes.maxClientConn).toBe(1_000);
});

test('where the server lets in no more there is no reserve, and that is said', () => {
  const sizes = bouncerSizes({ poolSize: 16, limit: 17, roles: 1, clients: 100, processes: 1 });
  expect(sizes).toMatchObject({ defaultPoolSize: 16, reservePoolSize: 0, serverConnections: 17 });
  expect(sizes.notes).toMatchObject([{ code: 'reserve-short' }]);
});

test('more processes than the connections are enough for are not started', () => {
  const sizes = bouncerSizes({ poolSize: 2, limit: 90, roles: 1, clients: 100, processes: 4 });
  expect(sizes).toMatchObject({ processes: 2, defaultPoolSize: 1 });
  expect(sizes.notes).toMatchObject([{ code: 'more-processes-than-connections' }]);
});

test('a server that lets in one is too small', () => {
  const { notes } = bouncerSizes({ poolSize: 1, limit: 1, roles: 1, clients: null, processes: 1 });
  expect(notes.map(({ code }) => code)).toContain('limit-reached');
});

test('no combination of caps exceeds what the server lets in', () => {
  const count = fc.integer({ min: 1, max: 200 });
  fc.assert(
    fc.property(
      count,
      fc.integer({ min: 2, max: 1_000 }),
      count,
      fc.option(count),
      fc.integer({ min: 1, max: 16 }),
      (poolSize, limit, roles, clients, processes) => {
        const sizes = bouncerSizes({ poolSize, limit, roles, clients, processes });
        expect(sizes.serverConnections).toBeLessThanOrEqual(limit);
        expect(sizes.maxUserConnections).toBeLessThan(sizes.maxDbConnections);
        expect(sizes.defaultPoolSize).toBeGreaterThanOrEqual(1);
        expect(sizes.reservePoolSize).toBeGreaterThanOrEqual(0);
        expect(sizes.minPoolSize).toBeLessThanOrEqual(sizes.defaultPoolSize);
        expect(sizes.processes * sizes.maxClientConn).toBeGreaterThanOrEqual(clients ?? 0);
      },
    ),
  );
});
