import { readJson } from "./_read_json.ts";
import type { OpenPart, Word, WordPart } from "./word.ts";

/** A word, and what is wrong at its end. */
export interface ReadWord {
  /** The word. */
  word: Word;
  /** What is open at its end, which is the end of the text. */
  open: OpenPart | undefined;
  /** The bracket that fits no open one. */
  stray: OpenPart | undefined;
}

/** Reads the word that starts at an offset. */
export function readWord(text: string, start: number): ReadWord {
  return new WordReader(text, start).read();
}

class WordReader {
  readonly #text: string;
  readonly #start: number;
  readonly #parts: WordPart[] = [];
  #at: number;
  #open: OpenPart | undefined;
  #stray: OpenPart | undefined;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#start = start;
    this.#at = start;
  }

  read(): ReadWord {
    while (!this.#isAtEnd()) {
      const character = this.#text[this.#at] ?? "";
      if (character === "'") this.#single();
      else if (character === '"') this.#double();
      else if (character === "\\") this.#escaped();
      else if (isBracket(character) && this.#mayBeJson()) this.#json();
      else {
        this.#add("plain", character);
        this.#at++;
      }
    }
    const parts = this.#parts;
    const text = parts.map((part) => part.text).join("");
    const span = { start: this.#start, end: this.#at };
    return {
      word: { text, parts, span },
      open: this.#open,
      stray: this.#stray,
    };
  }

  #isAtEnd(): boolean {
    const character = this.#text[this.#at];
    if (character === undefined || this.#stray !== undefined) return true;
    if (/[\s;|>]/.test(character)) return true;
    // As in a URL: `a?b=1&c=2`.
    const next = this.#text[this.#at + 1];
    return character === "&" && (next === undefined || /[\s&;|>]/.test(next));
  }

  #single(): void {
    const close = this.#text.indexOf("'", this.#at + 1);
    const end = close < 0 ? this.#text.length : close;
    if (close < 0) this.#opened("single");
    this.#add("literal", this.#text.slice(this.#at + 1, end));
    this.#at = Math.min(end + 1, this.#text.length);
  }

  #double(): void {
    const start = this.#at++;
    // So that "" is a word, too.
    this.#add("double", "");
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? "";
      const next = this.#text[this.#at + 1] ?? "";
      if (character === '"') {
        this.#at++;
        return;
      }
      if (character === "\\" && /["\\$`]/.test(next)) {
        this.#add("literal", next);
        this.#at++;
      } else this.#add("double", character);
    }
    this.#open = { kind: "double", character: '"', at: start };
  }

  #escaped(): void {
    const code = this.#text.codePointAt(this.#at + 1);
    const escaped = code === undefined ? "" : String.fromCodePoint(code);
    if (escaped === "") this.#opened("backslash");
    // A backslash before the end of a line joins the two lines.
    else if (escaped !== "\n") this.#add("literal", escaped);
    this.#at += 1 + escaped.length;
  }

  /** JSON starts a word or is the value of a flag. */
  #mayBeJson(): boolean {
    const [first, ...more] = this.#parts;
    return first === undefined ||
      more.length === 0 && first.kind === "plain" &&
        /^--?[\w-]+=$/.test(first.text);
  }

  #json(): void {
    const { end, open, stray } = readJson(this.#text, this.#at);
    this.#add("literal", this.#text.slice(this.#at, end));
    this.#at = end;
    this.#open = open;
    this.#stray = stray;
  }

  #opened(kind: "single" | "backslash"): void {
    const at = this.#at;
    this.#open = { kind, character: this.#text[at] ?? "", at };
  }

  #add(kind: WordPart["kind"], text: string): void {
    const last = this.#parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else this.#parts.push({ kind, text });
  }
}

function isBracket(character: string): boolean {
  return character === "{" || character === "[";
}
