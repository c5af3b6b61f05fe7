import type { Json } from "../../base/mod.ts";
import { chooseView } from "../../terminal/mod.ts";
import type { AnswerNote, Presenter } from "../environment.ts";
import type { References } from "./references.ts";

/** How answers are shown; undefined: as JSON. */
export type ViewSize = { width: number; height: number; hasColor: boolean };

/** An answer that a command got, and what it said of it. */
interface Remembered extends AnswerNote {
  answer: Json;
}

/** Shows the answers of one statement, and keeps the newest for later. */
export interface StatementPresenter extends Presenter {
  /** The answer that the statement got; undefined for none. */
  readonly answer: Json | undefined;
  /**
   * The statement has succeeded: its answer is the newest one now.
   *
   * @param isJob whether it ran beside the prompt: then what it names is
   * remembered, and `last` and `$1` stay what the person sees
   */
  commit: (isJob: boolean) => void;
}

/** The newest answer of a session, which is remembered and shown. */
export class LastAnswer {
  readonly #references: References;
  #newest: Remembered | undefined;

  /** Has none yet; what answers name goes to `references`. */
  constructor(references: References) {
    this.#references = references;
  }

  /** The answer; undefined when there was none. */
  get value(): Json | undefined {
    return this.#newest?.answer;
  }

  /** Whether there was more of it, which was written and not kept. */
  get isPart(): boolean {
    return this.#newest?.isPart ?? false;
  }

  /** What a command shows its answers with. */
  presenter(size: ViewSize | undefined): StatementPresenter {
    let asked: Remembered | undefined;
    return {
      get answer() {
        return asked?.answer;
      },
      remember: (answer, note) => {
        asked = { answer, ...note };
      },
      present: (value, contentKey) => {
        if (size === undefined) return undefined;
        // A query moves what was at the key of the answer.
        const key = value === asked?.answer ? contentKey : null;
        return chooseView(value, { ...size, contentKey: key });
      },
      commit: (isJob) => {
        if (asked !== undefined) this.#keep(asked, isJob);
      },
    };
  }

  #keep(asked: Remembered, isJob: boolean): void {
    const { answer, contentKey, shown = answer } = asked;
    if (isJob) {
      this.#references.note(answer);
      return;
    }
    this.#newest = asked;
    const key = shown === answer ? contentKey : null;
    this.#references.add(answer, key, shown);
  }
}
