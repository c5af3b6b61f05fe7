// deno-lint-ignore-file no-console -- a script speaks to its reader
/**
 * Records the tour of the interactive session for `docs/repl.md`: the session
 * itself, run with a keyboard on which somebody presses Enter, in a home of
 * its own. Prints the recording; `--write` puts it into the document, and with
 * `--check` the exit status is 1 when the document is not current.
 *
 * @module
 */

import type { Key, Terminal } from "../src/base/mod.ts";
import { program } from "../src/commands/program.ts";
import { Session } from "../src/commands/repl/session.ts";
import { TestEnvironment } from "../tests/support/test_environment.ts";

const FILE = new URL("../docs/repl.md", import.meta.url);
const BEGIN = "<!-- The tour, recorded by scripts/repl_tour.ts: -->";
const END = "<!-- The end of the tour. -->";
const FENCE = "```";

const ENTER: Key = {
  name: "return",
  text: "",
  ctrl: false,
  alt: false,
  shift: false,
};

/** What a terminal of 80 columns shows of the tour, without colours. */
export async function recordTour(): Promise<string> {
  await using hca = await TestEnvironment.create();
  for (const name of ["HCA_LOCAL_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"]) {
    hca.variables.delete(name);
  }
  hca.variables.set("NO_COLOR", "1");
  const { terminal, text } = recorder();
  const session = new Session({
    environment: {
      ...hca.environment,
      terminal,
      keyboard: {
        openKeys: () => ({
          next: () => Promise.resolve(ENTER),
          [Symbol.dispose]() {},
        }),
        onInterrupt: () => ({ [Symbol.dispose]() {} }),
      },
    },
    settings: { logLevel: "INFO", logFormat: "text", swaggerUrl: undefined },
    program,
  });
  const status = await session.run("tour", hca.controller.signal);
  if (status !== 0) throw new Error(`the tour failed (${status}): ${text()}`);
  return steady(`hca local ▸ tour\n${text()}`, `${hca.root}/home`);
}

/** A terminal that takes everything down, with room for any answer. */
function recorder(): { terminal: Terminal; text: () => string } {
  let recorded = "";
  const nobody = () => Promise.reject(new Error("nobody asks in a tour"));
  const terminal: Terminal = {
    out: (data) => {
      recorded += typeof data === "string"
        ? data
        : new TextDecoder().decode(data);
      return Promise.resolve();
    },
    err: (text) => {
      recorded += text;
    },
    input: nobody,
    ask: nobody,
    outIsTerminal: true,
    // Progress is then told in lines.
    errIsTerminal: false,
    columns: () => 80,
    rows: () => 1000,
  };
  return { terminal, text: () => recorded };
}

/** The same at each run: no times, and the home as `~`. */
function steady(text: string, home: string): string {
  return text
    .replaceAll(home, "~")
    .replace(/ in [\d.]+ s \([\d.]+ \w+\/s\)/g, " in … s (…/s)")
    .replace(/ +$/gm, "");
}

/** The text of `docs/repl.md` with a new recording. */
export async function replDocument(): Promise<string> {
  const text = await Deno.readTextFile(FILE);
  const [before, rest] = text.split(`${BEGIN}\n`);
  const [, after] = rest?.split(`${END}\n`) ?? [];
  if (before === undefined || after === undefined) {
    throw new Error("docs/repl.md has no place for the tour");
  }
  const tour = `${FENCE}console\n${await recordTour()}${FENCE}`;
  return `${before}${BEGIN}\n\n${tour}\n\n${END}\n${after}`;
}

if (import.meta.main) {
  if (Deno.args.includes("--write")) {
    await Deno.writeTextFile(FILE, await replDocument());
  } else if (!Deno.args.includes("--check")) {
    console.log(await recordTour());
  } else if (await Deno.readTextFile(FILE) !== await replDocument()) {
    console.error(
      "docs/repl.md is not current; run deno run --allow-all " +
        "scripts/repl_tour.ts --write",
    );
    Deno.exit(1);
  }
}
