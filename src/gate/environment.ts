/** What is at stake on a target. */
export type Environment = 'development' | 'test' | 'staging' | 'production';
