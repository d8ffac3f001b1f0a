import type { Session } from './session.ts';

/** Runs work in one transaction: committed where it succeeds, rolled back where it does not. */
export async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.control('BEGIN');
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await session.control('ROLLBACK').catch(() => undefined);
    throw error;
  }
  await session.control('COMMIT');
  return result;
}

/** Runs work in one transaction that is rolled back, however it ends. */
export async function inRolledBack<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.control('BEGIN');
  try {
    return await work();
  } finally {
    await session.control('ROLLBACK');
  }
}
