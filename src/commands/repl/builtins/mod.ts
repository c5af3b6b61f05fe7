import type { Command } from "../../command.ts";
import type { Session } from "../session.ts";
import { cancel } from "./cancel.ts";
import { clear } from "./clear.ts";
import { examples } from "./examples.ts";
import { exit } from "./exit.ts";
import { history } from "./history.ts";
import { jobs } from "./jobs.ts";
import { last } from "./last.ts";
import { recent } from "./recent.ts";
import { session } from "./session.ts";
import { source } from "./source.ts";
import { tour } from "./tour.ts";
import { use } from "./use.ts";
import { wait } from "./wait.ts";

/** The commands that only a session has. */
export function builtins(of: Session): Command[] {
  return [
    ...[tour, examples, session, use, recent, last, jobs, wait, cancel],
    ...[history, source, clear, exit],
  ].map((make) => make(of));
}
