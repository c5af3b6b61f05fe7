import {
  directoryName,
  LocalError,
  quote,
  type Runtime,
  toHex,
  writeFileAtomically,
} from "../base/mod.ts";

/** How a file came to its place. */
export type Placement = "linked" | "copied" | "there";

/**
 * Puts a content of the store at another place: a hard link, or a copy where
 * links are not possible. What stands there already is accepted if it is the
 * same content, and never overwritten.
 *
 * @param sha256 the content's hash, 64 lower-case hex digits
 * @throws {LocalError} when something else stands there, or the disk refuses
 */
export async function placeFile(
  runtime: Pick<Runtime, "files" | "random" | "createHash">,
  source: string,
  target: string,
  sha256: string,
): Promise<Placement> {
  const { files } = runtime;
  const directory = directoryName(target);
  await files.makeDirectory(directory);
  if (await isThere(runtime, source, target, sha256)) return "there";
  try {
    await files.link(source, target);
    await files.syncDirectory(directory);
    return "linked";
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    if (error.reason === "exists") {
      // Another process was faster; it may have brought the same content.
      if (await isThere(runtime, source, target, sha256)) return "there";
      throw error;
    }
    if (error.reason === "no_space" || error.reason === "read_only") {
      throw error;
    }
    await writeFileAtomically(runtime, target, files.readChunks(source));
    return "copied";
  }
}

async function isThere(
  { files, createHash }: Pick<Runtime, "files" | "createHash">,
  source: string,
  target: string,
  sha256: string,
): Promise<boolean> {
  const found = await files.lstat(target);
  if (found === undefined) return false;
  const wanted = await files.lstat(source);
  if (found.identity !== "" && found.identity === wanted?.identity) return true;
  if (found.kind === "file" && found.sizeBytes === wanted?.sizeBytes) {
    const hash = createHash("sha256");
    for await (const chunk of files.readChunks(target)) hash.update(chunk);
    if (toHex(hash.digest()) === sha256) return true;
  }
  throw new LocalError(
    `${quote(target, 200)} exists with another content and is not overwritten`,
    {
      path: target,
      reason: "exists",
      hint: "Move it away or choose another --download-dir.",
    },
  );
}
