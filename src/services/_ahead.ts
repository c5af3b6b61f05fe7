/** How far {@linkcode mapAhead} goes ahead. */
export interface AheadLimits {
  /** Items that are worked on at the same time, at most. */
  items: number;
  /** The sum of their weights, at most, unless it is one item alone. */
  weight: number;
}

/**
 * Works on the items of a sequence ahead of the reader and gives the results
 * in the order of the items. When the reader leaves, `signal` of what is
 * under way is aborted, and it ends before the reader goes on.
 *
 * @param signal aborts the work too
 */
export async function* mapAhead<T, R>(
  items: AsyncIterable<T>,
  work: (item: T, signal: AbortSignal) => Promise<R>,
  options: {
    limits: AheadLimits;
    weightOf: (item: T) => number;
    signal: AbortSignal | undefined;
  },
): AsyncGenerator<R, void, void> {
  const { limits, weightOf } = options;
  const left = new AbortController();
  const signal = options.signal === undefined
    ? left.signal
    : AbortSignal.any([left.signal, options.signal]);
  const queue: { result: Promise<R>; weight: number }[] = [];
  let weight = 0;
  const take = (): Promise<R> | undefined => {
    const first = queue.shift();
    weight -= first?.weight ?? 0;
    return first?.result;
  };
  try {
    for await (const item of items) {
      const more = weightOf(item);
      while (
        queue.length >= limits.items ||
        queue.length > 0 && weight + more > limits.weight
      ) {
        const result = take();
        if (result !== undefined) yield await result;
      }
      const result = work(item, signal);
      // Its reader comes later; until then a failure is nobody's yet.
      result.catch(() => {});
      queue.push({ result, weight: more });
      weight += more;
    }
    for (let result = take(); result !== undefined; result = take()) {
      yield await result;
    }
  } finally {
    left.abort();
    await Promise.allSettled(queue.map(({ result }) => result));
  }
}
