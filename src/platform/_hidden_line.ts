const [CTRL_C, CTRL_D, BACKSPACE, NEWLINE, ENTER, CTRL_U, ESCAPE, DELETE] = [
  0x03,
  0x04,
  0x08,
  0x0a,
  0x0d,
  0x15,
  0x1b,
  0x7f,
];

/** What a key means for a line. */
export type Key = "typed" | "enter" | "end" | "interrupt";

/** A line that is typed blindly on a terminal in raw mode, in UTF-8. */
export class HiddenLine {
  readonly #bytes: number[] = [];
  // Where we are in a sequence such as ESC [ A of an arrow key.
  #sequence: "none" | "begun" | "within" = "none";

  /** Bytes so far. */
  get length(): number {
    return this.#bytes.length;
  }

  /** What was typed so far. */
  get text(): string {
    return new TextDecoder().decode(new Uint8Array(this.#bytes));
  }

  /** Takes one byte from the terminal and says what it means. */
  type(byte: number): Key {
    if (this.#isInSequence(byte)) return "typed";
    switch (byte) {
      case CTRL_C:
        return "interrupt";
      case ENTER:
      case NEWLINE:
        return "enter";
      case CTRL_D:
        return this.length === 0 ? "end" : "typed";
      case CTRL_U:
        this.#bytes.length = 0;
        return "typed";
      case BACKSPACE:
      case DELETE:
        this.#removeLast();
        return "typed";
    }
    if (byte >= 0x20) this.#bytes.push(byte);
    return "typed";
  }

  /** Cursor keys and the marks around a paste (ECMA-48, section 5.4). */
  #isInSequence(byte: number): boolean {
    switch (this.#sequence) {
      case "begun":
        // ESC [ and ESC O have more to come; else it was the Escape key.
        if (byte === 0x5b || byte === 0x4f) {
          this.#sequence = "within";
          return true;
        }
        this.#sequence = "none";
        break;
      case "within":
        if (byte >= 0x40 && byte <= 0x7e) this.#sequence = "none";
        if (byte >= 0x20) return true;
        // A control character is none of it.
        this.#sequence = "none";
    }
    if (byte !== ESCAPE) return false;
    this.#sequence = "begun";
    return true;
  }

  #removeLast(): void {
    let byte = this.#bytes.pop();
    // The bytes of a character after its first begin with the bits 10.
    while (byte !== undefined && (byte & 0xc0) === 0x80) {
      byte = this.#bytes.pop();
    }
  }
}
