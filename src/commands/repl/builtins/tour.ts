import { UsageError } from "../../../base/mod.ts";
import type { Command } from "../../command.ts";
import { StatusError } from "../../status_error.ts";
import type { Session } from "../session.ts";
import { statementOf } from "../statement_context.ts";

/** `tour`. */
export function tour(session: Session): Command {
  return {
    name: "tour",
    summary: "Show around: a walk of two minutes over sample bundles.",
    description: "Finds bundles, looks into one, downloads and verifies it, " +
      "in the embedded data store, whatever service is used otherwise. Enter " +
      "goes on, q ends it. What it downloads is removed again, and what is " +
      "set stays as it is.",
    examples: ["tour"],
    async run(context) {
      if (statementOf(context)?.isCaptured) {
        throw new UsageError("the tour is for the screen", {
          hint: "Type 'tour' alone, without |, > or &.",
        });
      }
      // It has a session of its own, and so is made of everything here.
      const { runTour } = await import("../tour/run_tour.ts");
      const status = await runTour(session, context.environment.signal);
      if (status !== 0) throw new StatusError(status);
    },
  };
}
