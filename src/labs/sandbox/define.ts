import type { Session } from '../../pg/session.ts';
import { isConnectionLoss } from '../../pg/failure.ts';

/**
 * Makes objects that may need each other, in a transaction: whatever fails is tried again once the others are there. The
 * order is right but for rare cases, and this way nobody has to know why.
 */
export async function define(session: Session, statements: readonly string[]): Promise<void> {
  let pending = statements;
  while (pending.length > 0) {
    const failed: string[] = [];
    let failure: unknown;
    for (const statement of pending) {
      await session.control('SAVEPOINT pitstop_define');
      try {
        await session.query(statement);
        await session.control('RELEASE SAVEPOINT pitstop_define');
      } catch (error) {
        if (isConnectionLoss(error)) throw error;
        await session.control('ROLLBACK TO SAVEPOINT pitstop_define');
        failed.push(statement);
        failure ??= error;
      }
    }
    if (failed.length === pending.length) throw failure;
    pending = failed;
  }
}
