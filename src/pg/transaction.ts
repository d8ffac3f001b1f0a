import type { Session } from './session.ts';

/** Runs work in one transaction: committed where it succeeds, rolled back where it does not. */
export async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN');
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
  await session.query('COMMIT');
  return result;
}
