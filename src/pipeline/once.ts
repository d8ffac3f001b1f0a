/** Takes something the first time that it is asked for, and keeps it. */
export type Once<T> = (take: () => Promise<T>) => Promise<T>;

export function once<T>(): Once<T> {
  let taken: Promise<T> | undefined;
  return (take) => (taken ??= take());
}
