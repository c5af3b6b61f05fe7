import { CancelledError, type Terminal } from "../../base/mod.ts";
import { displayWidth } from "../../terminal/mod.ts";
import type { Keyboard } from "../environment.ts";

// More is nothing that a person meant.
const LIMIT_CHARACTERS = 1 << 20;

/**
 * Asks for a line while the keyboard is read key by key. What is typed is
 * shown as it is, or not at all.
 *
 * @returns undefined when the input has ended
 * @throws {CancelledError} when Ctrl-C was typed
 */
export async function hiddenAnswer(
  keyboard: Keyboard,
  terminal: Terminal,
  question: string,
  options: { isHidden?: boolean; signal?: AbortSignal },
): Promise<string | undefined> {
  const { isHidden = false, signal } = options;
  const show = (text: string) => isHidden ? undefined : terminal.err(text);
  using keys = keyboard.openKeys();
  terminal.err(question);
  let answer: string[] = [];
  try {
    while (true) {
      const key = await keys.next(signal);
      if (key === undefined) return undefined;
      if (key.name === "return" || key.name === "enter") return answer.join("");
      if (key.ctrl && key.name === "c") throw new CancelledError("interrupted");
      if (key.ctrl && key.name === "d" && answer.length === 0) return undefined;
      if (key.ctrl && key.name === "u") {
        show(erased(answer));
        answer = [];
      } else if (key.name === "backspace") {
        show(erased(answer.splice(-1)));
      } else if (key.name === "text" || key.name === "paste") {
        const typed = charactersOf(key.text, LIMIT_CHARACTERS - answer.length);
        answer = answer.concat(typed);
        show(typed.join(""));
      }
    }
  } finally {
    terminal.err("\r\n");
  }
}

/** What a terminal shows one by one; a paste may hold anything. */
function charactersOf(text: string, limit: number): string[] {
  const plain = text.replace(/\p{Cc}/gu, "");
  const segments = new Intl.Segmenter().segment(plain);
  return Array.from(segments, ({ segment }) => segment).slice(0, limit);
}

/** Takes characters off the end of the line that is shown. */
function erased(characters: readonly string[]): string {
  return "\b \b".repeat(displayWidth(characters.join("")));
}
