import { problemsOfShard } from './shard.ts';

problemsOfShard(1);
