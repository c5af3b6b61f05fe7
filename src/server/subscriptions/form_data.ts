import { toHex } from "../../base/mod.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  '"': "%22",
  "\r": "%0D",
  "\n": "%0A",
};

/**
 * Text fields as a form (RFC 7578). Each part has a `Content-Disposition` and
 * nothing else; names are escaped as browsers do (HTML, section 4.10.21.8).
 */
export function encodeForm(
  fields: Iterable<readonly [name: string, value: string]>,
): { contentType: string; body: Uint8Array<ArrayBuffer> } {
  const boundary = toHex(crypto.getRandomValues(new Uint8Array(16)));
  let text = "";
  for (const [name, value] of fields) {
    const escaped = name.replace(/["\r\n]/g, (unit) => ESCAPES[unit] ?? unit);
    text += `--${boundary}\r\n` +
      `Content-Disposition: form-data; name="${escaped}"\r\n\r\n${value}\r\n`;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: new TextEncoder().encode(`${text}--${boundary}--\r\n`),
  };
}
