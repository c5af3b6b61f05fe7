import { formatPrompt } from "../prompt.ts";
import { Session } from "../session.ts";
import { TourDirectory } from "./tour_directory.ts";
import { TourScreen } from "./tour_screen.ts";
import {
  AFTER_TOUR,
  TOUR_DIRECTORY,
  type TourStep,
  tourSteps,
} from "./tour_steps.ts";

/**
 * Leads through the sample bundles of the embedded store. The lines run in a
 * session of their own, so that those of the other one find everything as it
 * was: service, `use`, `last` and references. What was downloaded is removed
 * at the end, whatever that is.
 *
 * @param session the one in which the tour was asked for
 * @returns the exit status: 0, or that of a line that failed
 * @throws {CancelledError} when `signal` is aborted while a key is waited for
 */
export async function runTour(
  session: Session,
  signal: AbortSignal,
): Promise<number> {
  const { files } = session.environment.runtime;
  const directory = await TourDirectory.find(files, TOUR_DIRECTORY);
  const screen = new TourScreen(session.environment);
  const guide = new Guide(guidedSession(session), screen, directory);
  try {
    return await guide.lead(signal);
  } finally {
    await guide.leave();
  }
}

/** A session that speaks to the embedded store, whatever the other one does. */
function guidedSession(session: Session): Session {
  const { dssClient: _client, ...environment } = session.environment;
  const { auth: _auth, ...settings } = session.settings;
  const guided = new Session({
    environment,
    settings: { ...settings, swaggerUrl: "local" },
    program: session.table.root,
  });
  guided.announce = session.announce;
  return guided;
}

class Guide {
  readonly #session: Session;
  readonly #screen: TourScreen;
  readonly #directory: TourDirectory;

  constructor(session: Session, screen: TourScreen, directory: TourDirectory) {
    this.#session = session;
    this.#screen = screen;
    this.#directory = directory;
  }

  async lead(signal: AbortSignal): Promise<number> {
    await this.#greet();
    const steps = tourSteps(this.#directory.path);
    for (const [index, step] of steps.entries()) {
      await this.#screen.title(`${index + 1}/${steps.length} ${step.title}`);
      const status = await this.#take(step, signal);
      if (status === undefined) return await this.#endEarly(0);
      if (signal.aborted) return await this.#endEarly(status);
      if (status !== 0) return await this.#fail(status);
    }
    await this.#screen.title("That was the tour. What to try next:");
    await this.#screen.list(AFTER_TOUR);
    return 0;
  }

  /** Removes what was downloaded. */
  async leave(): Promise<void> {
    const { isThere, path } = this.#directory;
    if (!isThere) return;
    await this.#directory.remove();
    await this.#screen.say(`\n${path}/ and what was in it is removed again.`);
  }

  async #greet(): Promise<void> {
    await this.#screen.say(
      "A walk of two minutes over three small sample bundles, which are " +
        "made up. It uses the embedded data store, on this machine; what you " +
        "use otherwise stays set." +
        (this.#screen.hasKeyboard
          ? " The lines are run for real: Enter goes on, q ends the tour."
          : ""),
    );
  }

  /** The status of its line; undefined when the person wants no more. */
  async #take(
    step: TourStep,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { text, line, needsDirectory = false } = step;
    await this.#screen.say(`${text}\n`);
    const prompt = formatPrompt({
      isLocal: true,
      login: undefined,
      defaults: this.#session.defaults,
    }, false);
    if (!await this.#screen.prompt(`${prompt}${line}`, signal)) {
      return undefined;
    }
    if (needsDirectory) await this.#directory.make();
    return await this.#session.run(line, signal);
  }

  async #endEarly(status: number): Promise<number> {
    await this.#screen.say("\nThe tour ends here; 'tour' begins it again.");
    return status;
  }

  async #fail(status: number): Promise<number> {
    await this.#screen.say(
      "\nThe tour ends here, because that line did not succeed. It needs the " +
        "sample bundles of a new embedded store; HCA_LOCAL_DIR=DIRECTORY hca " +
        "repl begins with one.",
    );
    return status;
  }
}
