/**
 * Runs `work` over items, at most `jobs` at once, in order of their start.
 * Resolves when all have ended; `work` must not throw.
 */
export async function runPool<T>(
  items: Iterable<T>,
  jobs: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker));
}
