import {
  isJsonObject,
  type Json,
  parseJson,
  RefusedError,
} from "../../base/mod.ts";
import {
  importPrivateKey,
  publicJwkOf,
  type RsaPublicJwk,
} from "../../jwt/mod.ts";

/** A service account and one of its keys, the public half. */
export interface ServiceAccountKey {
  /** Its address, `name@project.iam.gserviceaccount.com`. */
  email: string;
  /** The key, under the name that tokens give it. */
  publicJwk: RsaPublicJwk;
}

// The form that the DSS asks of issuers; the project may have a domain.
const SERVICE_ACCOUNT = /^[^\s@]+@[\w.-]+\.iam\.gserviceaccount\.com$/;

/** Whether a text has the form of a service account's address. */
export function isServiceAccount(email: string): boolean {
  return SERVICE_ACCOUNT.test(email);
}

/**
 * Reads the key file of a service account as Google gives it out, and keeps
 * the public half of the key only.
 *
 * @throws {RefusedError} when it is something else; nothing of it is quoted
 */
export async function parseServiceAccountKey(
  text: string,
): Promise<ServiceAccountKey> {
  const file = parseObject(text);
  const email = textOf(file.client_email, "client_email");
  const kid = textOf(file.private_key_id, "private_key_id");
  const pem = textOf(file.private_key, "private_key");
  if (!isServiceAccount(email)) {
    throw new RefusedError(
      "the 'client_email' of the key file is not of the form " +
        "name@project.iam.gserviceaccount.com",
    );
  }
  const publicJwk = await publicJwkOf(await importPrivateKey(pem), kid);
  return { email, publicJwk };
}

function parseObject(text: string): Record<string, Json> {
  try {
    const value = parseJson(text.replace(/^\ufeff/, ""));
    if (isJsonObject(value)) return value;
  } catch {
    // The cause may quote the private key.
  }
  throw new RefusedError("the key file is not a JSON object");
}

function textOf(value: Json | undefined, name: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new RefusedError(`the key file has no '${name}'`);
}
