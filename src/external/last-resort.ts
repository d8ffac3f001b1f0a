/** What is still to be undone if the process exits now, in the order in which it was done. */
const pending = new Set<() => void>();

/**
 * Registers a synchronous action for the case that the process exits before it was undone in the ordinary way: `process.exit`
 * in the middle, an uncaught error, a server that nobody stopped. Returns what withdraws it.
 *
 * Signals are not handled here: without a handler they end Node before `exit`, and a handler is the program's to install.
 */
export function asLastResort(action: () => void): () => void {
  if (pending.size === 0) process.on('exit', undoAll);
  pending.add(action);
  return () => {
    pending.delete(action);
    if (pending.size === 0) process.off('exit', undoAll);
  };
}

function undoAll(): void {
  for (const action of [...pending].toReversed()) {
    try {
      action();
    } catch {
      // The others still have to run, and there is nobody left to tell.
    }
  }
}
