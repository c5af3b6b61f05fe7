import {
  AuthError,
  concatBytes,
  type FileSystem,
  isJsonObject,
  type Json,
  type JsonObject,
  LocalError,
  parseJson,
  quote,
} from "../base/mod.ts";
import { importPrivateKey, type JwtClaims, signJwt } from "../jwt/mod.ts";
import type { AuthTools } from "./auth_tools.ts";
import { EMAIL_CLAIM, GROUP_CLAIM } from "./old_constants.ts";
import type { FoundToken, TokenSource } from "./token_source.ts";

const VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";
const LIFETIME_SECONDS = 3600;
const EARLY_MS = 60_000;
// A real one has less than 3 KiB.
const LIMIT_BYTES = 64 * 1024;

/** What a key file of a service account says, as far as it is used. */
interface ServiceAccountKey {
  /** The account. */
  email: string;
  /** The name of its key. */
  keyId: string;
  /** The key, for signing. */
  key: CryptoKey;
}

/**
 * The token that a service account signs for itself, as the old client made
 * it; `GOOGLE_APPLICATION_CREDENTIALS` names its key file. The token is kept
 * in memory only, and made anew a minute before it expires and when the
 * service has refused it.
 *
 * @param service.audience gives what the token names as its audience
 */
export function createServiceAccount(
  tools: Pick<AuthTools, "runtime" | "environment">,
  service: { audience: () => Promise<string> },
): TokenSource {
  const { clock, files } = tools.runtime;
  let made: Promise<FoundToken> | undefined;
  const make = async (path: string): Promise<FoundToken> => {
    const account = await readKeyFile(files, path);
    const audience = await service.audience();
    return await makeToken(account, audience, clock.now());
  };
  return {
    name: VARIABLE,
    async find(refused) {
      const path = tools.environment.variable(VARIABLE);
      if (path === undefined) return undefined;
      const earlier = made;
      const found = await earlier?.catch(() => undefined);
      const leftMs = (found?.expiresAtMs ?? 0) - clock.now();
      const isGood = leftMs > EARLY_MS && found?.token !== refused;
      // Meanwhile another request may have begun to make the next one.
      if (!isGood && made === earlier) made = make(path);
      return await made;
    },
  };
}

async function makeToken(
  { email, key, keyId }: ServiceAccountKey,
  audience: string,
  nowMs: number,
): Promise<FoundToken> {
  // Whole seconds, rounded down: never in the future for a service that
  // looks at `iat`, and exactly the lifetime apart. The old client's had a
  // fraction, which no service needs (RFC 7519, section 2, NumericDate).
  const issuedAt = Math.floor(nowMs / 1000);
  const claims: JwtClaims = {
    iss: email,
    sub: email,
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + LIFETIME_SECONDS,
    scope: ["email", "openid", "offline_access"],
    [GROUP_CLAIM]: "hca",
    [EMAIL_CLAIM]: email,
    email,
  };
  return {
    token: await signJwt(claims, key, keyId),
    source: VARIABLE,
    expiresAtMs: (issuedAt + LIFETIME_SECONDS) * 1000,
    isRenewable: true,
  };
}

/**
 * Reads the key file of a service account.
 *
 * @throws {AuthError} when it is not there or is no such file; nothing of its
 * content is told
 * @throws {LocalError} when it cannot be read
 */
async function readKeyFile(
  files: FileSystem,
  path: string,
): Promise<ServiceAccountKey> {
  const content = parseObject(await readLimited(files, path));
  const { client_email: email, private_key_id: keyId } = content ?? {};
  const { private_key: pem, type = "service_account" } = content ?? {};
  const isKeyFile = type === "service_account" && isText(email) &&
    isText(keyId) && isText(pem);
  if (!isKeyFile) {
    throw unusable(path, "is not the key file of a service account");
  }
  try {
    return { email, keyId, key: await importPrivateKey(pem) };
  } catch {
    // Without a cause: it would be about the key.
    throw unusable(
      path,
      "holds a private key that is not an RSA key of at least 2048 bits in " +
        "PEM (PKCS #8)",
    );
  }
}

async function readLimited(files: FileSystem, path: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    // Opening a pipe would wait for its writer, whatever ends the command.
    const kind = (await files.stat(path))?.kind ?? "file";
    if (kind !== "file") throw unusable(path, "is not a regular file");
    for await (const piece of files.readChunks(path)) {
      pieces.push(piece.slice());
      sizeBytes += piece.length;
      if (sizeBytes > LIMIT_BYTES) {
        throw unusable(path, "is too long for the key file of an account");
      }
    }
  } catch (error) {
    throw error instanceof LocalError ? unreadable(path, error) : error;
  }
  return new TextDecoder().decode(concatBytes(pieces));
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // The cause would quote the text.
    return undefined;
  }
}

function isText(value: Json | undefined): value is string {
  return typeof value === "string" && value !== "";
}

function unreadable(path: string, cause: LocalError): AuthError | LocalError {
  if (cause.reason === "not_found" || cause.reason === "not_directory") {
    return unusable(path, "is not there");
  }
  return new LocalError(`${describe(path)} cannot be read: ${cause.message}`, {
    path,
    reason: cause.reason,
    cause,
  });
}

function unusable(path: string, why: string): AuthError {
  return new AuthError(`${describe(path)} ${why}`, {
    hint: `Set ${VARIABLE} to the JSON key file of a service account, or ` +
      "unset it to use the login of 'hca dss login'.",
  });
}

function describe(path: string): string {
  return `${quote(path, 200)}, which ${VARIABLE} names,`;
}
