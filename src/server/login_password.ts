import { joinPath } from "../base/mod.ts";
import {
  keepSecret,
  LOGIN_PASSWORD_FILE,
  type SecretTools,
} from "./secret_files.ts";

// 32 characters that are not taken for one another; 16 of them are 80 bits.
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH = 16;

/**
 * The password of a store's login page, made on first use. Its owner may
 * write another one into the file.
 *
 * @throws {LocalError} when it cannot be read or made
 */
export async function readLoginPassword(
  tools: SecretTools,
  dataDir: string,
): Promise<string> {
  const path = joinPath(dataDir, LOGIN_PASSWORD_FILE);
  return await keepSecret(tools, path, () => `${randomPassword()}\n`);
}

function randomPassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(LENGTH));
  return Array.from(bytes, (byte) => ALPHABET[byte % 32] ?? "").join("");
}
