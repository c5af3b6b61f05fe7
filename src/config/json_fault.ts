const DEPTH_LIMIT = 500;

const BLANK = /[ \t\n\r]*/y;
// Without its closing quotation mark, so that what stands there can be named.
const STRING_START =
  /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const WORD = /(?:true|false|null)(?!\w)/y;

/** Where and why a text is not JSON. */
export interface JsonFault {
  /** The line, from 1. */
  line: number;
  /** The character in the line, from 1. */
  column: number;
  /** What is wrong there; nothing of the text is quoted. */
  why: string;
}

/**
 * The first place at which a text stops being JSON (RFC 8259), undefined when
 * it is JSON. The runtime's own errors quote the text, which may hold secrets,
 * and do not always say where.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  try {
    new Scanner(text).scan();
    return undefined;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { ...positionAt(text, error.at), why: error.message };
  }
}

/** The line and column, both from 1, of an offset in a text. */
export function positionAt(
  text: string,
  at: number,
): { line: number; column: number } {
  const lines = text.slice(0, at).split(/\r\n|\n|\r/);
  const last = lines.at(-1) ?? "";
  return { line: lines.length, column: [...last].length + 1 };
}

class Stop extends Error {
  override readonly name = "Stop";
  constructor(readonly at: number, why: string) {
    super(why);
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): void {
    this.#value(0);
    if (this.#at < this.#text.length) {
      this.#stop("the text goes on after its end");
    }
  }

  #value(depth: number): void {
    if (depth > DEPTH_LIMIT) this.#stop("it is nested too deeply");
    this.#take(BLANK);
    if (this.#takeText("{")) this.#list("}", depth, () => this.#key());
    else if (this.#takeText("[")) this.#list("]", depth, () => {});
    else if (this.#text[this.#at] === '"') this.#string();
    else if (!this.#take(NUMBER) && !this.#take(WORD)) {
      this.#stop("a value is missing or misspelt");
    }
    this.#take(BLANK);
  }

  #list(close: string, depth: number, before: () => void): void {
    this.#take(BLANK);
    if (this.#takeText(close)) return;
    do {
      before();
      this.#value(depth + 1);
    } while (this.#takeText(","));
    if (!this.#takeText(close)) this.#stop(`',' or '${close}' is missing`);
  }

  #key(): void {
    this.#take(BLANK);
    if (this.#text[this.#at] !== '"') this.#stop("a key in '\"' is missing");
    this.#string();
    this.#take(BLANK);
    if (!this.#takeText(":")) this.#stop("':' is missing after a key");
  }

  #string(): void {
    this.#take(STRING_START);
    if (this.#takeText('"')) return;
    const next = this.#text[this.#at];
    if (next === "\\") this.#stop("a text has an unknown escape");
    // A line end in a text is nearly always a quotation mark left out.
    if (next === undefined || next === "\n" || next === "\r") {
      this.#stop("a text is not closed by '\"'");
    }
    this.#stop("a text has a control character");
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #takeText(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #stop(why: string): never {
    const isEnd = this.#at >= this.#text.length;
    throw new Stop(this.#at, isEnd ? `the text ends too early: ${why}` : why);
  }
}
