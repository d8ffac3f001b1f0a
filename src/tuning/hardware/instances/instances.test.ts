import { expect, test } from 'vitest';
import { instanceAt } from './index.ts';

const GB = 1024 ** 3;

test.each<[name: string, managed: string, cpus: number, gigabytes: number]>([
  ['db.t4g.micro', 'rds', 2, 1],
  ['db.t3.2xlarge', 'rds', 8, 32],
  ['db.m6g.large', 'rds', 2, 8],
  ['db.m7i.48xlarge', 'rds', 192, 768],
  ['db.r6g.xlarge', 'rds', 4, 32],
  ['db.r6i.32xlarge', 'rds', 128, 1024],
  ['DB.R7G.16XLARGE', 'rds', 64, 512],
  ['db.c6gd.medium', 'rds', 1, 2],
  ['db.x2g.16xlarge', 'rds', 64, 1024],
  ['db.x2iedn.32xlarge', 'rds', 128, 4096],
  ['db-custom-4-15360', 'cloud-sql', 4, 15],
  ['db-custom-1-3840', 'cloud-sql', 1, 3.75],
  ['db-perf-optimized-N-8', 'cloud-sql', 8, 64],
  ['Standard_B1ms', 'azure', 1, 2],
  ['B_Standard_B2s', 'azure', 2, 4],
  ['GP_Standard_D4s_v3', 'azure', 4, 16],
  ['Standard_E64ds_v4', 'azure', 64, 432],
  ['Standard_E64ds_v5', 'azure', 64, 512],
  ['Standard_E96ds_v5', 'azure', 96, 672],
  ['D2ads_v5', 'azure', 2, 8],
  ['db-s-2vcpu-4gb', 'other', 2, 4],
  ['Supabase compute small', 'supabase', 2, 2],
  ['neon 0.25 CU', 'neon', 0.25, 1],
])('%s', (name, managed, cpus, gigabytes) => {
  expect(instanceAt(name, 0)).toEqual({
    text: name,
    instance: { managed, cpus, memoryBytes: gigabytes * GB },
  });
});

test.each<[name: string, problem: RegExp]>([
  ['db.r6g.3xlarge', /there is no such size, only large, xlarge/],
  ['db.r6g', /there is no such size/],
  ['db.t4g.16xlarge', /only micro, small/],
  ['db.m4.large', /no family m4 is known/],
  ['db.serverless', /no fixed size/],
  ['db-custom-3-15360', /1 vCPU, or an even number/],
  ['db-custom-4-1024', /from 3.75 GB to 26 GB/],
  ['db-custom-4-15361', /a multiple of 256 MB/],
  ['db-n1-standard-2', /only db-custom-CPUS-MEGABYTES/],
  ['Standard_F4s_v2', /only the B, D and E series/],
  ['Standard_D5s_v3', /there is no such size/],
  ['supabase 3xl', /there is no such size/],
])('%s is refused', (name, problem) => {
  expect(instanceAt(name, 0)?.instance).toMatch(problem);
});

test.each(['16 GB', 'd4', 'e5-2680', 'b2b', 'supabase', 'neon'])('%s is no instance', (text) => {
  expect(instanceAt(text, 0)).toBeNull();
});
