import { LocalError, quote, UsageError } from "../../../base/mod.ts";
import type { Command } from "../../command.ts";
import { StatusError } from "../../status_error.ts";
import { runScript } from "../run_script.ts";
import type { Session } from "../session.ts";
import { statementOf } from "../statement_context.ts";

const DEPTH_LIMIT = 10;

/** `source`. */
export function source(session: Session): Command {
  return {
    name: "source",
    summary: "Run the lines of a file.",
    description: "As if they were typed, one after the other, to the end, " +
      "unless the session was started with --fail-fast. It fails as the " +
      "first line that fails.",
    examples: ["source morning.hca"],
    positionals: [{
      name: "FILE",
      description: "The file.",
      completes: "path",
    }],
    async run(context, values) {
      const path = values.need("FILE");
      const { runtime: { files }, signal } = context.environment;
      if ((await files.stat(path))?.kind !== "file") {
        throw new LocalError(`there is no file ${quote(path, 200)}`, {
          path,
          reason: "not_found",
        });
      }
      const statement = statementOf(context);
      if ((statement?.depth ?? 0) >= DEPTH_LIMIT) {
        throw new UsageError("files that run one another go too deep", {
          hint: "A file must not run itself.",
        });
      }
      // A byte order mark goes with the decoding.
      const text = new TextDecoder().decode(await files.read(path));
      const lines = toAsync(text.split(/\r?\n/));
      const script = { name: quote(path, 200), lines };
      const status = await runScript(session, script, signal, statement);
      if (status !== 0) throw new StatusError(status);
    },
  };
}

async function* toAsync(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}
