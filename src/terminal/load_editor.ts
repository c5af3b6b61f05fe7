/**
 * Loads the line editor. Only a session needs it, and every run of the
 * program would be slower by it.
 */
export async function loadEditor(): Promise<typeof import("./editor/mod.ts")> {
  return await import("./editor/mod.ts");
}
