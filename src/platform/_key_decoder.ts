import type { Key } from "../base/mod.ts";

/** What node:readline says of a key press. */
export interface Keypress {
  /** What the terminal sent. */
  sequence?: string;
  /** The key; the word `undefined` when readline does not know it. */
  name?: string;
  /** Whether Ctrl was held. */
  ctrl?: boolean;
  /** Whether ESC came first. */
  meta?: boolean;
  /** Whether Shift was held. */
  shift?: boolean;
}

const ESC = "\x1b";
const PASTE_END = `${ESC}[201~`;
// ECMA-48: a control sequence (CSI) up to its final byte, and what may yet
// become one.
// deno-lint-ignore no-control-regex -- this is what it looks for
const WHOLE_CSI = /^\x1b+\[[0-?]*[ -/]*[@-~]/;
// deno-lint-ignore no-control-regex -- this is what it looks for
const PART_OF_CSI = /^\x1b+(?:\[[0-?]*[ -/]*)?$/;
// The strings that terminals answer with: DCS, SOS, OSC, PM, APC.
// deno-lint-ignore no-control-regex -- this is what it looks for
const STRING_START = /^\x1b[PX\]^_]$/;
const STRING_ENDS: readonly string[] = ["\x07", `${ESC}\\`, "\x9c"];

/** Control characters that readline gives no name, or a wrong one. */
const CONTROL_NAMES: Readonly<Record<string, string>> = {
  "\x00": "space",
  "\x1c": "\\",
  "\x1d": "]",
  "\x1e": "^",
  "\x1f": "_",
};

/**
 * Makes keys of the key presses of node:readline. Some versions cut a
 * sequence that they do not know and give its rest as if it had been typed;
 * here it is put together again. A paste comes out whole.
 */
export class KeyDecoder {
  #escape: string | undefined;
  #isString = false;
  #paste: string[] | undefined;
  #pasteTail = "";

  /** The key that a press completes, if it does and if it is known. */
  decode(press: Keypress): Key | undefined {
    const sequence = press.sequence ?? "";
    if (this.#paste !== undefined) return this.#inPaste(this.#paste, sequence);
    if (this.#isString) return this.#inString(sequence);
    if (this.#escape !== undefined) return this.#inEscape(press, sequence);
    if (STRING_START.test(sequence)) {
      this.#isString = true;
      return undefined;
    }
    if (isKnown(press)) return keyOf(press);
    // A sequence that another one cuts off takes its ESC.
    const begun = sequence.endsWith(ESC) ? ESC : sequence;
    return WHOLE_CSI.test(begun) || PART_OF_CSI.test(begun)
      ? this.#inEscape(press, begun)
      : undefined;
  }

  /**
   * Says that what the terminal sent at once is at its end. Alt-] looks like
   * the start of an answer of the terminal; it was one if more came with it.
   */
  endChunk(): void {
    this.#isString = false;
  }

  /** Says that there is no more input; a paste that was cut off. */
  end(): Key | undefined {
    const text = this.#paste?.join("");
    this.#paste = this.#escape = undefined;
    return text === undefined ? undefined : { ...PLAIN, name: "paste", text };
  }

  #inPaste(paste: string[], sequence: string): Key | undefined {
    paste.push(sequence);
    this.#pasteTail = (this.#pasteTail + sequence).slice(-PASTE_END.length);
    if (this.#pasteTail !== PASTE_END) return undefined;
    this.#paste = undefined;
    const text = paste.join("").slice(0, -PASTE_END.length);
    return { ...PLAIN, name: "paste", text };
  }

  #inString(sequence: string): undefined {
    if (STRING_ENDS.includes(sequence)) this.#isString = false;
  }

  #inEscape(press: Keypress, sequence: string): Key | undefined {
    const escape = `${this.#escape ?? ""}${sequence}`;
    this.#escape = PART_OF_CSI.test(escape) ? escape : undefined;
    if (this.#escape !== undefined) return undefined;
    if (!WHOLE_CSI.test(escape)) return this.decode(press);
    if (!escape.endsWith("[200~")) return undefined;
    this.#paste = [];
    this.#pasteTail = "";
    return undefined;
  }
}

const PLAIN: Key = {
  name: "text",
  text: "",
  ctrl: false,
  alt: false,
  shift: false,
};

function isKnown({ name, sequence = "" }: Keypress): boolean {
  if (name === "undefined" || name?.startsWith("paste-")) return false;
  if (name !== undefined || !sequence.startsWith(ESC)) return true;
  return !/^[[O]/.test(sequence.replaceAll(ESC, ""));
}

function keyOf(press: Keypress): Key | undefined {
  const { sequence = "", name, ctrl = false, shift = false } = press;
  const control = CONTROL_NAMES[sequence];
  if (control !== undefined) return { ...PLAIN, name: control, ctrl: true };
  if (isText(sequence)) return { ...PLAIN, text: sequence };
  if (name === "escape") return { ...PLAIN, name };
  // Readline takes ESC ESC [ D, which is Alt-Left to some, for plain Left.
  const alt = press.meta === true || sequence.startsWith(`${ESC}${ESC}`);
  const shown = name ?? sequence.slice(1);
  if (name === undefined && !(alt && isText(shown))) return undefined;
  return { ...PLAIN, name: shown, ctrl, alt, shift };
}

function isText(sequence: string): boolean {
  return sequence !== "" && !/\p{Cc}/u.test(sequence);
}
