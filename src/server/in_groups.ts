/**
 * Does something for each of many, some at once. After a failure no more are
 * begun, and those that were have ended when the failure is told.
 *
 * @returns what each gave, in order
 */
export async function inGroups<T, R>(
  items: readonly T[],
  size: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += size) {
    const group = items.slice(start, start + size).map(work);
    // Promise.all alone would leave the rest at work.
    await Promise.allSettled(group);
    results.push(...await Promise.all(group));
  }
  return results;
}
