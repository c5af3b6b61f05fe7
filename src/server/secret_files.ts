import {
  directoryName,
  type FileSystem,
  joinPath,
  LocalError,
  quote,
  type Runtime,
  type WritableFile,
} from "../base/mod.ts";

/** What making a secret needs of the machine. */
export type SecretTools = Pick<Runtime, "files" | "random">;

/** The private key that signs the tokens of a store, in PEM (PKCS #8). */
export const SIGNING_KEY_FILE = "signing_key.pem";

/** The password that the login page of a store asks for. */
export const LOGIN_PASSWORD_FILE = "login_password";

/** What is made in the directory of a store and nobody else may read. */
export const SECRET_FILES: readonly string[] = [
  SIGNING_KEY_FILE,
  LOGIN_PASSWORD_FILE,
];

// What linking says on file systems that have no hard links.
const NO_LINKS = ["permission", "unsupported", "too_many_links", "other"];

/**
 * The text of a secret file, which is made on first use. Processes that make
 * it at once all get the text of the one that was first: the file appears
 * under its name whole, by a hard link, which takes nobody's place.
 *
 * @param path the file; only its owner may read it (0600)
 * @param make makes the text; called only when there is no file
 * @throws {LocalError} when it cannot be read or made, or is empty
 */
export async function keepSecret(
  tools: SecretTools,
  path: string,
  make: () => string | Promise<string>,
): Promise<string> {
  const { files } = tools;
  if (await files.stat(path) === undefined) {
    await createSecret(tools, path, await make());
  }
  const text = new TextDecoder().decode(await files.read(path)).trim();
  if (text !== "") return text;
  throw new LocalError(`${quote(path, 200)} is empty`, {
    path,
    hint: "Remove it; another one is made then.",
  });
}

async function createSecret(
  tools: SecretTools,
  path: string,
  text: string,
): Promise<void> {
  const { files, random } = tools;
  const part = `${path}.${random().toString(36).slice(2)}.part`;
  await writeNew(files, part, text);
  try {
    await files.link(part, path);
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    if (NO_LINKS.includes(error.reason)) {
      await writeUnlessThere(files, path, text);
    } else if (error.reason !== "exists") throw error;
  } finally {
    await files.remove(part);
  }
  await files.syncDirectory(directoryName(path));
}

async function writeUnlessThere(
  files: FileSystem,
  path: string,
  text: string,
): Promise<void> {
  try {
    await writeNew(files, path, text);
  } catch (error) {
    const isThere = error instanceof LocalError && error.reason === "exists";
    if (!isThere) throw error;
  }
}

async function writeNew(
  files: FileSystem,
  path: string,
  text: string,
): Promise<void> {
  const file = await files.create(path, { mode: 0o600 });
  try {
    await fill(file, text);
  } catch (error) {
    await files.remove(path);
    throw error;
  }
}

async function fill(file: WritableFile, text: string): Promise<void> {
  try {
    await file.write(new TextEncoder().encode(text));
    await file.sync();
  } finally {
    file.close();
  }
}

/** The paths of a store's secrets; undefined: not made yet. */
export interface SecretFiles {
  /** The private key that signs its tokens. */
  signingKey: string | undefined;
  /** The password of its login page. */
  loginPassword: string | undefined;
}

/** Which secrets a store has; they are not read. */
export async function findSecrets(
  files: FileSystem,
  dataDir: string,
): Promise<SecretFiles> {
  const find = async (name: string): Promise<string | undefined> => {
    const path = joinPath(dataDir, name);
    return await files.stat(path) && files.absolute(path);
  };
  return {
    signingKey: await find(SIGNING_KEY_FILE),
    loginPassword: await find(LOGIN_PASSWORD_FILE),
  };
}

/** Whether a name is that of a secret that is being made, or was to be. */
export function isSecretPart(name: string): boolean {
  return name.endsWith(".part") &&
    SECRET_FILES.some((secret) => name.startsWith(`${secret}.`));
}
