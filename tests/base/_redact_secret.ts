import { Secrets } from "../../src/base/mod.ts";

/** What a text becomes when one secret is known. */
export function redactSecret(secret: string, text: string): string {
  const secrets = new Secrets();
  secrets.add(secret);
  return secrets.redact(text);
}
