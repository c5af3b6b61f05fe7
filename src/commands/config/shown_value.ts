import { isJsonObject, type Json } from "../../base/mod.ts";
import { maskSecrets } from "../../config/mod.ts";
import { redactUrl } from "../../http/mod.ts";

/** A value fit for the screen: `***` for secrets, in addresses too. */
export function shownValue(value: Json, keys: readonly string[] = []): Json {
  return redactUrls(maskSecrets(value, keys));
}

function redactUrls(value: Json): Json {
  if (typeof value === "string") {
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? redactUrl(value) : value;
  }
  if (Array.isArray(value)) return value.map(redactUrls);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) =>
    [key, redactUrls(inner)] as const
  );
  return Object.fromEntries(entries);
}
