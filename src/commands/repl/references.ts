import type { Json } from "../../base/mod.ts";
import {
  type AnswerItems,
  answerItems,
  formatReference,
  itemReference,
  type Reference,
  type ReferenceKind,
  referenceOf,
} from "../../terminal/mod.ts";
import { findReferences } from "./find_references.ts";
import type { WordReferences } from "./statement/mod.ts";

/** How many things a session remembers. */
export const REFERENCE_LIMIT = 10_000;

/** Which of the remembered things are wanted. */
export interface ReferenceFilter {
  /** What they are; default: anything. */
  kind?: ReferenceKind;
  /** What their text begins with. */
  prefix?: string;
  /** How many at most. */
  limit?: number;
}

/**
 * What the answers of a session showed. `$1`, `$2` … are the items of the
 * newest answer that was one, in the order in which its view numbers them.
 * `$_` is the one thing that was shown or used last: what the newest answer
 * is about (the bundle of `get-bundle`), else its first item; or the
 * identifier that a later command got as an argument.
 */
export class References implements WordReferences {
  /** By their text, the newest last. */
  readonly #known = new Map<string, Reference>();
  #items: AnswerItems | undefined;
  #last: string | undefined;

  /** How many items the newest answer has. */
  get itemCount(): number {
    return this.#items?.items.length ?? 0;
  }

  /** What `$_` stands for; undefined for nothing yet. */
  get last(): string | undefined {
    return this.#last;
  }

  /** What `$number` stands for; undefined for nothing. */
  text(number: number): string | undefined {
    const reference = this.reference(number);
    return reference && formatReference(reference);
  }

  /** The thing that `$number` stands for. */
  reference(number: number): Reference | undefined {
    return this.#items && itemReference(this.#items, number);
  }

  /**
   * Takes an answer in, which is kept until the next one comes.
   *
   * @param contentKey dotted path of the list of what is shown, as
   * `chooseView` gets it
   * @param shown what a query made of the answer; it is what `$1` counts in
   */
  add(
    answer: Json,
    contentKey: string | null = null,
    shown: Json = answer,
  ): void {
    const found = this.note(answer);
    this.#items = answerItems(shown, contentKey);
    const first = this.#items.subject ?? this.reference(1) ?? found[0];
    if (first !== undefined) this.#last = formatReference(first);
  }

  /** Remembers what an answer names, and changes no `$1` and no `$_`. */
  note(answer: Json): Reference[] {
    const found = findReferences(answer);
    this.remember(found);
    return found;
  }

  /** Takes an argument of a command in; only an identifier counts. */
  use(argument: string): void {
    const used = referenceOf(argument);
    if (used === undefined) return;
    this.remember([used]);
    this.#last = formatReference(used);
  }

  /** Puts things before those that are known, the first as the newest. */
  remember(references: readonly Reference[]): void {
    for (const reference of references.toReversed()) {
      const key = formatReference(reference);
      const known = this.#known.get(key);
      const isLess = reference.kind === "other" && known !== undefined;
      this.#known.delete(key);
      this.#known.set(key, isLess ? known : reference);
    }
    for (const key of this.#known.keys()) {
      if (this.#known.size <= REFERENCE_LIMIT) break;
      this.#known.delete(key);
    }
  }

  /** What is remembered, newest first. */
  list(filter: ReferenceFilter = {}): Reference[] {
    const { kind, prefix = "", limit = Infinity } = filter;
    const found: Reference[] = [];
    for (const [text, reference] of [...this.#known].reverse()) {
      if (found.length >= limit) break;
      const fits = kind === undefined || reference.kind === kind;
      if (fits && text.startsWith(prefix)) found.push(reference);
    }
    return found;
  }
}
