/**
 * Secrets taken out of text for people and logs. Services write some of it,
 * so every expression here is linear in the length of the text.
 *
 * @module
 */

const MASK = "***";

// Names that are secret also at the end of longer ones.
const LONG_NAMES = [
  "(?:access|refresh|id|auth|session|security|oauth2?)[_-]?token",
  "(?:client|app)[_-]?secret",
  "secret[_-]?(?:access[_-]?)?key",
  "hmac[_-]?(?:secret[_-]?)?key",
  "(?:private|api)[_-]?key",
  "code[_-]?verifier",
  "assertion",
  "passw(?:or)?d",
  "passphrase",
  "signature",
  "credential",
];
// Names that may also be the end of a harmless one; `?` and `&` may be encoded.
const SHORT_NAMES = ["code", "pwd", "secret", "sig", "token"];
const NAME = `(?:${LONG_NAMES.join("|")}|(?:(?<![\\w-])|(?<=%(?:3f|26)))(?:${
  SHORT_NAMES.join("|")
}))`;
const HEADER_NAME = "\\b(?:(?:proxy-)?authorization|(?:set-)?cookie|" +
  "x-(?:auth|amz-security)-token|x-api-key)";

/** Expressions, and what stands for a match. */
const RULES: readonly [RegExp, string][] = [
  // Private keys (RFC 7468); without the end line, all that follows.
  [
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    MASK,
  ],
  // Header fields, in quotes or to the end of the line.
  [
    new RegExp(
      `(${HEADER_NAME}(?:\\\\?["'])?[ \\t]?[:=][ \\t]?)` +
        `(?:(\\\\?["'])[^"'\\\\\\r\\n]+|[^"'\\r\\n][^\\r\\n]*)`,
      "gi",
    ),
    `$1$2${MASK}`,
  ],
  [/\b(bearer|dpop)(\s|%20|\+)[\w.~+/%=-]+/gi, `$1$2${MASK}`],
  // The word begins sentences, too; credentials are base64.
  [
    /\b([Bb]asic|BASIC)(\s|%20|\+)(?=[a-z+/]*[A-Z0-9=])[\w+/%=-]+/g,
    `$1$2${MASK}`,
  ],
  // User information of a URL (RFC 3986, section 3.2.1).
  [/:\/\/[^\s/?#"'<>]*@/g, `://${MASK}@`],
  // Members of JSON, of Python's dictionaries, and of JSON inside of JSON.
  [
    new RegExp(
      `(["']${NAME}["']\\s{0,9}:\\s{0,9})(["'])(?:(?!\\2)[^\\\\]|\\\\[^])+`,
      "gi",
    ),
    `$1$2${MASK}`,
  ],
  [
    new RegExp(
      `(\\\\["']${NAME}\\\\["']\\s{0,9}:\\s{0,9}\\\\["'])[^"'\\\\]+`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  // Query parameters and form fields, also encoded once more; a stop or a
  // bracket at the end belongs to the sentence.
  [
    new RegExp(`(${NAME}(?:=|%3d))[^\\s&"'<>\\\\]*[^\\s&"'<>\\\\).,:;]`, "gi"),
    `$1${MASK}`,
  ],
];

/**
 * Text with `***` for all that looks like a secret: JSON Web Tokens, Bearer
 * and Basic credentials, Authorization and Cookie fields, private keys, the
 * user information of URLs, and the values of parameters, form fields and
 * JSON members with such names (`access_token`, `code`, `client_secret`,
 * `X-Amz-Signature` …). It takes out too much rather than too little, so it
 * is for messages, not for data.
 */
export function redactSecrets(text: string): string {
  return RULES.reduce(
    (shown, [expression, replacement]) =>
      shown.replace(expression, replacement),
    // In runs: an expression for three parts would look at one many times.
    text.replace(/[\w.-]+/g, redactJwt),
  );
}

/** A run of base64url parts with `***` for a token in it (RFC 7515, 3.1). */
function redactJwt(run: string): string {
  if (!run.includes("eyJ")) return run;
  const parts = run.split(".");
  const at = parts.findIndex((part, index) =>
    part.includes("eyJ") && parts[index + 1] !== undefined &&
    parts[index + 1] !== ""
  );
  if (at < 0) return run;
  const header = parts[at] ?? "";
  const start = header.indexOf("eyJ");
  // One that was cut off has a part less; a file name is no header.
  if (parts.length < at + 3 && header.length - start < 16) return run;
  const before = [...parts.slice(0, at), header.slice(0, start)].join(".");
  const end = run.endsWith(".") ? "." : "";
  return `${before}${MASK}${end}`;
}

// By so many characters at its start a secret is known, for messages cut it
// off. A shorter one is masked only where it stands alone, or not at all.
const KNOWN_BY = 8;
const LEAST = 4;

/** The secrets of a run, to be taken out of what it says. */
export class Secrets {
  readonly #forms = new Set<string>();

  /** Remembers a secret; one of less than four characters is none. */
  add(secret: string): void {
    if (secret.length < LEAST) return;
    this.#forms.add(secret);
    this.#forms.add(JSON.stringify(secret).slice(1, -1));
    this.#forms.add(encodeURIComponent(secret.toWellFormed()));
  }

  /**
   * Text with `***` for every remembered secret, also for one that is cut off
   * after eight characters or more, or encoded for a URL or JSON.
   */
  redact(text: string): string {
    let shown = text;
    for (const form of this.#forms) shown = redactForm(shown, form);
    return shown;
  }
}

function redactForm(text: string, form: string): string {
  const start = form.slice(0, KNOWN_BY);
  let shown = "";
  let from = 0;
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, from)) {
    let end = at + start.length;
    while (end - at < form.length && text[end] === form[end - at]) end++;
    const isMasked = form.length >= KNOWN_BY || standsAlone(text, at, end);
    shown += text.slice(from, at) + (isMasked ? MASK : text.slice(at, end));
    from = end;
  }
  return shown + text.slice(from);
}

function standsAlone(text: string, start: number, end: number): boolean {
  return !/\w/.test(text[start - 1] ?? "") && !/\w/.test(text[end] ?? "");
}
