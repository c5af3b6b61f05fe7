import { formatJson, HcaError, type Json, parseJson } from "../../base/mod.ts";
import { isSecretPath, MASK, maskSecrets } from "../../config/mod.ts";
import { redactUrl } from "../../http/mod.ts";
import { quoteWord, type Span, tokenize, type Word } from "./statement/mod.ts";

/** A piece of a line, and what stands for it. */
interface Replacement {
  span: Span;
  text: string;
}

/**
 * A line as it may be kept: secrets are `***`, the rest stays so that the
 * line can be used again. Undefined for a line that begins with a blank,
 * which asks not to be kept.
 *
 * Secret are the values of flags and JSON keys that are named like a token,
 * secret, password, credential or API key; the arguments of `login`; what
 * `config set` sets at such a key; what follows `Authorization:` and
 * `Bearer`; what looks like a token; and signatures in URLs.
 */
export function keptLine(line: string): string | undefined {
  return /^\s/.test(line) ? undefined : maskText(maskWords(line));
}

function maskWords(line: string): string {
  let masked = "";
  let at = 0;
  for (const { span, text } of statementsOf(line).flatMap(maskStatement)) {
    masked += line.slice(at, span.start) + text;
    at = span.end;
  }
  return masked + line.slice(at);
}

/** The words of each statement. */
function statementsOf(line: string): Word[][] {
  const statements: Word[][] = [[]];
  for (const token of tokenize(line).tokens) {
    if (token.kind === "word") statements.at(-1)?.push(token.word);
    else if (token.kind === "operator" && isSeparator(token.operator)) {
      statements.push([]);
    }
  }
  return statements;
}

function isSeparator(operator: string): boolean {
  return [";", "&", "newline"].includes(operator);
}

function maskStatement(words: readonly Word[]): Replacement[] {
  const loginAt = words.slice(0, 3).findIndex(({ text }) => text === "login");
  const before = new WordsBefore();
  return words.flatMap((word, index) => {
    const isArgument = loginAt >= 0 && index > loginAt;
    const text = maskWord(word, before, isArgument);
    before.add(word.text);
    return text === undefined ? [] : [{ span: word.span, text }];
  });
}

/** What matters of the words before a word, however many they are. */
class WordsBefore {
  /** The last one. */
  previous = "";
  /** `config set KEY`, of a key that holds a secret. */
  isSecretSetting = false;
  #hasConfig = false;
  #hasSet = false;

  /** Goes one word further. */
  add(word: string): void {
    this.previous = word;
    if (this.#hasSet) {
      // Flags with values may stand anywhere between.
      this.isSecretSetting ||= isSecretPath(word.split("."));
    } else if (this.#hasConfig) this.#hasSet = word === "set";
    else this.#hasConfig = word === "config";
  }
}

/** What stands for a word; undefined when it may stay. */
function maskWord(
  { text }: Word,
  { previous, isSecretSetting }: WordsBefore,
  isLoginArgument: boolean,
): string | undefined {
  const [, flag, value] = /^(--?[^=]+)=(.*)$/s.exec(text) ?? [];
  if (flag !== undefined && value !== undefined) {
    if (value === "-") return undefined;
    if (isLoginArgument || isSecretFlag(flag)) return `${flag}=${MASK}`;
    const json = maskJson(value);
    return json && `${flag}=${json}`;
  }
  // A dash alone stands for standard input.
  if (text === "-") return undefined;
  const isSecret = isSecretFlag(previous) || isSecretSetting ||
    isLoginArgument && !text.startsWith("-");
  return isSecret ? MASK : maskJson(text);
}

/** Flags may be cut, as in `--access-tok`. */
function isSecretFlag(word: string): boolean {
  const [, name = ""] = /^--?([\w-]+)$/.exec(word) ?? [];
  if (name === "") return false;
  return isSecretPath([name]) ||
    name.length > 1 && "access-token".startsWith(name) ||
    name.length > 4 && "hmac-secret-key".startsWith(name);
}

/** JSON with its secrets masked; undefined when it has none, or is none. */
function maskJson(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  let value: Json;
  try {
    value = parseJson(text);
  } catch (error) {
    if (error instanceof HcaError) return undefined;
    throw error;
  }
  const before = formatJson(value, { indent: 0 });
  const after = formatJson(maskSecrets(value), { indent: 0 });
  return before === after ? undefined : quoteWord(after);
}

const URLS = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s'"<>|\\]+/gi;
// Bounded, so that a long line takes linear time.
const SECRET_NAME = "[\\w-]{0,40}" +
  "(?:token|secret|passw|credential|private[_-]?key|api[_-]?key)[\\w-]{0,40}";
// `--name value`: in quotes or bare.
const FLAGS = new RegExp(
  `(?<![\\w-])(--?(${SECRET_NAME})\\s+)` +
    `("(?:[^"\\\\]|\\\\.)*"?|'[^']*'?|[^\\s"',;&|-][^\\s"',;&|]*)`,
  "gis",
);
// A name, what is between, and the value: in escaped quotes, in quotes, bare.
const MEMBERS = new RegExp(
  `(${SECRET_NAME})(\\\\*["']?\\s*[:=]\\s*)` +
    `(\\\\"(?:(?!\\\\").)*(?:\\\\")?|"(?:[^"\\\\]|\\\\.)*"?|'[^']*'?` +
    `|[^\\s"',;&|{}[\\]\\\\]+)`,
  "gis",
);
const HEADERS = /\b(authorization\\*["']?\s*[:=]\s*\\*["']?)[^"'\\|;\n]+/gi;
const BEARERS = /\b(bearer\s+)[\w.~+/=-]+/gi;
// JSON Web Tokens (RFC 7519), and the access tokens of Google.
const TOKENS = /\beyJ[\w-]{6,}(?:\.[\w-]*)*|\bya29\.[\w.-]+/g;
// Stays: the dash of standard input, what is masked, references.
const OPEN_VALUE = /^\\*["']?(?:-|\*\*\*|\$\w+)?\\*["']?$/;

function maskText(line: string): string {
  return line
    .replace(URLS, (url) => {
      const redacted = redactUrl(url);
      return redacted.includes(MASK) ? redacted : url;
    })
    .replace(
      FLAGS,
      (match, flag: string, name: string, value: string) =>
        OPEN_VALUE.test(value) || !isSecretPath([name]) ? match : flag + MASK,
    )
    .replace(MEMBERS, (match, name: string, between: string, value: string) => {
      if (OPEN_VALUE.test(value) || !isSecretPath([name])) return match;
      const [, quote = ""] = /^(\\*["'])/.exec(value) ?? [];
      return `${name}${between}${quote}${MASK}${quote}`;
    })
    .replace(HEADERS, `$1${MASK}`)
    .replace(BEARERS, `$1${MASK}`)
    .replace(TOKENS, MASK);
}
