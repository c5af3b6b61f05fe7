import type {
  CompletionCandidate,
  LineCompletion,
} from "../../../terminal/mod.ts";
import { RecentIdentifiers } from "../../completion/mod.ts";
import { Context, type GlobalSettings } from "../../context.ts";
import type { Session } from "../session.ts";
import { outsideOf } from "../session_context.ts";
import { findCursorWord } from "../statement/mod.ts";
import { BundleLookup } from "./bundle_lookup.ts";
import {
  completeSessionLine,
  serviceOf,
  type SessionSources,
} from "./complete_session_line.ts";
import { KnownIdentifiers } from "./known_identifiers.ts";
import { loadCommands } from "./load_commands.ts";
import type { Offers } from "./offers.ts";

// What takes longer, as a directory on a slow disk, is told later. Keys wait
// for it meanwhile.
const AT_ONCE_MS = 1000;

/** Says what may stand at a place of a line of the session. */
export class SessionCompleter implements AsyncDisposable {
  readonly #session: Session;
  readonly #known: KnownIdentifiers;
  readonly #sources: SessionSources;
  readonly #closed = new AbortController();
  /** What is being loaded, by the service that it is for. */
  readonly #loading = new Map<string, Promise<void>>();
  /** Answers that are not whole yet. */
  readonly #answering = new Set<Promise<void>>();

  /** Reads nothing yet. */
  constructor(session: Session) {
    const { references, environment } = session;
    this.#session = session;
    this.#known = new KnownIdentifiers(references, async () => {
      using context = this.#openContext(undefined);
      return await new RecentIdentifiers(context).list();
    });
    const lookup = new BundleLookup(
      (swaggerUrl, signal) => this.#openContext(swaggerUrl, signal),
      environment.runtime.clock,
    );
    this.#sources = {
      session,
      identifiers: { known: this.#known, lookup },
      openContext: (swaggerUrl) => this.#openContext(swaggerUrl),
    };
  }

  /**
   * Loads beside the prompt what completion needs, once for each service: the
   * identifiers of earlier sessions and the commands. An API document that is
   * not on disk yet is fetched; at Tab it would not be.
   */
  warmUp(): void {
    const swaggerUrl = serviceOf(this.#session);
    const key = swaggerUrl ?? "";
    if (this.#loading.has(key) || this.#closed.signal.aborted) return;
    this.#loading.set(key, this.#load(swaggerUrl).catch(() => {}));
  }

  /**
   * What may stand at an offset of a text, as far as it is known at once.
   *
   * @param update gets all of it when the answer is partial, once it is known
   */
  async complete(
    text: string,
    cursor: number,
    signal: AbortSignal,
    update: (whole: LineCompletion) => void = () => {},
  ): Promise<LineCompletion> {
    const at = findCursorWord({ text, cursor });
    if (at === undefined) return { start: cursor, candidates: [] };
    const { start } = at.span;
    const finding = completeSessionLine(at, this.#sources);
    const offers = await this.#atOnce(finding);
    if (offers !== undefined && offers.more === undefined) {
      return { start, candidates: offers.candidates };
    }
    const ends = AbortSignal.any([signal, this.#closed.signal]);
    const later = async () => {
      const candidates = await wholeOf(await finding, ends);
      if (!ends.aborted) update({ start, candidates });
    };
    const told = later().catch(() => update({ start, candidates: [] }));
    // A directory that does not answer must not hold up the end.
    if (offers !== undefined) this.#follow(told);
    return { start, candidates: offers?.candidates ?? [], isPartial: true };
  }

  /** Ends what is being loaded and looked up. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await Promise.all([...this.#loading.values(), ...this.#answering]);
  }

  #follow(answering: Promise<void>): void {
    this.#answering.add(answering);
    answering.finally(() => this.#answering.delete(answering));
  }

  async #load(swaggerUrl: string | undefined): Promise<void> {
    await this.#known.load();
    using context = this.#openContext(swaggerUrl, this.#closed.signal);
    await loadCommands(context, this.#session.table);
  }

  async #atOnce(finding: Promise<Offers>): Promise<Offers | undefined> {
    const { clock } = this.#session.environment.runtime;
    const found = new AbortController();
    const late = clock.sleep(AT_ONCE_MS, found.signal).then(() => undefined);
    try {
      return await Promise.race([finding, late]);
    } finally {
      found.abort();
    }
  }

  /** A run that says nothing: what is wrong is told when a line is run. */
  #openContext(swaggerUrl: string | undefined, signal?: AbortSignal): Context {
    const { environment, settings } = this.#session;
    const ends = [environment.signal, ...signal ? [signal] : []];
    const own: GlobalSettings = {
      ...settings,
      logLevel: "CRITICAL",
      swaggerUrl,
    };
    const outside = outsideOf(this.#session, own);
    return new Context({ ...outside, signal: AbortSignal.any(ends) }, own);
  }
}

async function wholeOf(
  { candidates, more }: Offers,
  signal: AbortSignal,
): Promise<readonly CompletionCandidate[]> {
  return more === undefined ? candidates : await more(signal);
}
