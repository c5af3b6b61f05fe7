import type { Fqid } from "../../../base/mod.ts";
import type { Reference, ReferenceKind } from "../../../terminal/mod.ts";
import type { References } from "../references.ts";

// A few more than are offered.
const AT_ONCE = 200;

/** A thing that was seen, and where. */
export interface SeenIdentifier extends Reference {
  /** Where it was seen, in words. */
  where: "this session" | "earlier" | "from the service";
}

/**
 * The identifiers that were seen: in this session, whatever they are of, and
 * the bundles of earlier ones.
 */
export class KnownIdentifiers {
  readonly #references: References;
  readonly #readRecent: () => Promise<readonly Fqid[]>;
  #recent: Promise<readonly Fqid[]> | undefined;

  /**
   * Reads nothing yet.
   *
   * @param readRecent gives the bundles of earlier sessions, newest first;
   * called once
   */
  constructor(
    references: References,
    readRecent: () => Promise<readonly Fqid[]>,
  ) {
    this.#references = references;
    this.#readRecent = readRecent;
  }

  /** Reads what earlier sessions have left, if that was not done yet. */
  async load(): Promise<void> {
    await this.#earlier();
  }

  /**
   * What is known of a kind, newest first, and then what may be of any kind;
   * something may be there twice.
   *
   * @param prefix what the uuids begin with
   */
  async find(
    kind: ReferenceKind,
    prefix: string,
  ): Promise<Iterable<SeenIdentifier>> {
    const earlier = kind === "bundle" ? await this.#earlier() : [];
    return this.#find(kind, prefix, earlier);
  }

  /** What `$1` … stand for, by the text of it. */
  itemNumbers(limit: number): Map<string, number> {
    const numbers = new Map<string, number>();
    const { itemCount } = this.#references;
    for (let number = 1; number <= Math.min(itemCount, limit); number++) {
      const text = this.#references.text(number);
      if (text !== undefined && !numbers.has(text)) numbers.set(text, number);
    }
    return numbers;
  }

  *#find(
    kind: ReferenceKind,
    prefix: string,
    earlier: readonly Fqid[],
  ): Generator<SeenIdentifier> {
    for (const reference of this.#here(kind, prefix)) {
      yield seenIn(reference, "this session");
    }
    for (const fqid of earlier) {
      if (!fqid.uuid.startsWith(prefix)) continue;
      yield seenIn({ ...fqid, kind }, "earlier");
    }
    for (const reference of this.#here("other", prefix)) {
      yield seenIn(reference, "this session");
    }
  }

  // Somebody waits, who is mostly content with the first ones.
  *#here(kind: ReferenceKind, prefix: string): Generator<Reference> {
    const first = this.#references.list({ kind, prefix, limit: AT_ONCE });
    yield* first;
    if (first.length < AT_ONCE) return;
    yield* this.#references.list({ kind, prefix }).slice(AT_ONCE);
  }

  #earlier(): Promise<readonly Fqid[]> {
    this.#recent ??= this.#readRecent();
    return this.#recent;
  }
}

/** A thing with the place where it was seen. */
export function seenIn(
  reference: Reference,
  where: SeenIdentifier["where"],
): SeenIdentifier {
  return { ...reference, where };
}
