/**
 * How many random cases a test tries: `count`, or that divided by the
 * variable `HCA_FEWER_RUNS` where the same cases have been tried before, as
 * with another version of Deno.
 */
export function randomRuns(count: number): number {
  return Math.ceil(count / Number(Deno.env.get("HCA_FEWER_RUNS") ?? 1));
}
