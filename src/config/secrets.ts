import { isJsonObject, type Json, type JsonObject } from "../base/mod.ts";
import type { ConfigLayer } from "./config_file.ts";
import { TOKEN_KEY } from "./login_keys.ts";

/** What stands for a secret where it must not be shown. */
export const MASK = "***";

const SECRET =
  /token|secret|passw|credential|private.?key|api.?key|authorization/i;
// Words that are in the names of things that are not secret.
const OPEN = ["application_secrets", "token_uri"];

/**
 * Whether the value at a path of keys is a secret: everything in
 * `oauth2_token`, and whatever has a key on its path that is named like a
 * token, secret, password, credential or API key.
 */
export function isSecretPath(keys: readonly string[]): boolean {
  return keys.some((key) => SECRET.test(key) && !OPEN.includes(key));
}

/** A value at a path of keys with `***` for every secret in it. */
export function maskSecrets(value: Json, keys: readonly string[] = []): Json {
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(([key, inner]) =>
      [key, maskSecrets(inner, [...keys, key])] as const
    );
    return Object.fromEntries(entries);
  }
  if (Array.isArray(value)) return value.map((item) => maskSecrets(item, keys));
  // That there is none is no secret.
  return value !== null && isSecretPath(keys) ? MASK : value;
}

/**
 * The files that hold a token and that others than their owner may read or
 * write, with their mode as `0644`; none where there are no POSIX modes.
 */
export function exposedFiles(
  layers: readonly ConfigLayer[],
): { path: string; mode: string }[] {
  return layers.flatMap(({ path, content, mode = 0 }) => {
    const isOpen = (mode & 0o077) !== 0;
    return isOpen && holdsToken(content)
      ? [{ path, mode: (mode & 0o777).toString(8).padStart(4, "0") }]
      : [];
  });
}

function holdsToken(content: JsonObject): boolean {
  const stored = content[TOKEN_KEY];
  return isJsonObject(stored) &&
    ["access_token", "refresh_token", "id_token"].some((key) =>
      typeof stored[key] === "string" && stored[key] !== ""
    );
}
