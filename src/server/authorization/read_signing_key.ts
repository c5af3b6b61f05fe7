import { joinPath, LocalError, quote, RefusedError } from "../../base/mod.ts";
import {
  exportPrivateKey,
  generateKeyPair,
  importPrivateKey,
  publicJwkOf,
} from "../../jwt/mod.ts";
import type { SigningKey } from "../../oidc/mod.ts";
import {
  keepSecret,
  type SecretTools,
  SIGNING_KEY_FILE,
} from "../secret_files.ts";

/**
 * The key that signs the tokens of a store, made on first use: that takes
 * some tenths of a second.
 *
 * @throws {LocalError} when it cannot be read or made, or is no key
 */
export async function readSigningKey(
  tools: SecretTools,
  dataDir: string,
): Promise<SigningKey> {
  const path = joinPath(dataDir, SIGNING_KEY_FILE);
  const pem = await keepSecret(tools, path, async () => {
    const { privateKey } = await generateKeyPair();
    return await exportPrivateKey(privateKey);
  });
  try {
    const privateKey = await importPrivateKey(pem);
    const publicJwk = await publicJwkOf(privateKey);
    return { kid: publicJwk.kid, privateKey, publicJwk };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new LocalError(`${quote(path, 200)} holds no signing key`, {
      path,
      hint: "Remove it; another one is made then, and logins end.",
    });
  }
}
