/** Runs `work` in a fresh directory and removes it afterwards. */
export async function inDirectory(
  work: (directory: string) => Promise<void> | void,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
