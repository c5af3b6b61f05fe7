import type { JsonObject } from "../../../base/mod.ts";
import type { Command } from "../../command.ts";
import { RecentIdentifiers } from "../../completion/mod.ts";
import type { Session } from "../session.ts";

const SHOWN = 20;

/** `recent`. */
export function recent(session: Session): Command {
  return {
    name: "recent",
    summary: "List what answers showed lately, newest first.",
    description: "Bundles of earlier sessions too; files and other things of " +
      "this one. In later lines $1, $2 … are the items of this list, and " +
      "'last' shows it whole.",
    examples: ["recent", "recent --limit 100"],
    options: [{
      name: "limit",
      description: "How many.",
      type: "integer",
      minimum: 1,
      default: SHOWN,
    }],
    async run(context, values) {
      const limit = values.number("limit");
      const found = new Map<string, JsonObject>();
      const add = (kind: string, uuid: string, version: string) => {
        const key = `${uuid}.${version}`;
        if (found.size < limit && !found.has(key)) {
          found.set(key, { kind, uuid, version });
        }
      };
      for (const reference of session.references.list({ limit })) {
        add(reference.kind, reference.uuid, reference.version);
      }
      for (const fqid of await new RecentIdentifiers(context).list()) {
        if (found.size >= limit) break;
        add("bundle", fqid.uuid, fqid.version);
      }
      await context.printJson({ results: [...found.values()] });
    },
  };
}
