import { printable, quote, UsageError } from "../../../base/mod.ts";
import type { Command } from "../../command.ts";
import type { Context } from "../../context.ts";
import type { Session } from "../session.ts";

const THINGS = ["replica", "service", "dir"];
const REPLICAS = ["aws", "gcp"];
const LOCAL = "local";
// As configured, whatever that is.
const CONFIGURED = ["dss", "default"];

/** `use replica aws`. */
export function use(session: Session): Command {
  return {
    name: "use",
    summary: "Set what later lines leave out: a replica, service or directory.",
    description: "'use replica gcp' fills --replica. 'use service ADDRESS' " +
      "speaks to the DSS of that API document, 'use service local' to the " +
      "embedded one, 'use service default' to the configured one. 'use " +
      "service NAME', of another service of the configuration, lets its " +
      "commands stand without its name; those of the DSS are below 'dss' " +
      "then. 'use dir DIR' is where download, download-manifest and " +
      "download-collection put files, unless --download-dir says otherwise. " +
      "'session' shows what is set; without a value it is as at the start " +
      "again.",
    examples: ["use replica gcp", "use service local", "use dir ./data"],
    positionals: [
      {
        name: "THING",
        description: "replica, service or dir.",
        suggestions: THINGS,
      },
      {
        name: "VALUE",
        description: "What to use from now on.",
        isOptional: true,
        suggestions: [...REPLICAS, LOCAL, "default"],
      },
    ],
    async run(context, values) {
      const value = values.text("VALUE");
      switch (values.need("THING")) {
        case "replica":
          return useReplica(session, value);
        case "service":
          return await useService(session, value, context);
        case "dir":
          return await useDirectory(session, value, context);
        default:
          throw new UsageError(
            `THING must be one of ${THINGS.join(", ")}, not ${
              quote(values.need("THING"))
            }`,
          );
      }
    },
  };
}

function useReplica({ defaults }: Session, value: string | undefined): void {
  if (value !== undefined && !REPLICAS.includes(value)) {
    throw new UsageError(
      `the replica must be one of ${REPLICAS.join(", ")}, not ${quote(value)}`,
    );
  }
  defaults.replica = value ?? "aws";
  defaults.isReplicaChosen = value !== undefined;
}

async function useService(
  { defaults }: Session,
  value: string | undefined,
  context: Context,
): Promise<void> {
  const name = value?.toLowerCase();
  if (name === undefined || CONFIGURED.includes(name)) {
    defaults.service = undefined;
    defaults.group = undefined;
  } else if (name === LOCAL || isAddress(value ?? "")) {
    defaults.service = name === LOCAL ? LOCAL : value;
    defaults.group = undefined;
  } else {
    defaults.group = await configuredService(name, context);
  }
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** The name of a service, if the configuration has it. */
async function configuredService(
  name: string,
  { services }: Context,
): Promise<string> {
  const names = [...(await services.addresses()).keys()];
  if (names.includes(name)) return name;
  const known = names.length === 0
    ? "No other is configured"
    : `Configured are ${names.map(printable).join(", ")}`;
  throw new UsageError(
    `there is no service ${quote(name, 200)}; it is 'local', 'default', a ` +
      "configured one, or the address of an API document, as in " +
      "https://host/v1/swagger.json",
    { hint: `${known}; 'config set NAMEClient.swagger_url ADDRESS' adds one.` },
  );
}

async function useDirectory(
  { defaults }: Session,
  value: string | undefined,
  context: Context,
): Promise<void> {
  if (value === "") throw new UsageError("the directory is empty");
  const { files } = context.environment.runtime;
  const kind = value && (await files.stat(value))?.kind;
  if (kind && kind !== "directory") {
    throw new UsageError(`${quote(value ?? "", 200)} is no directory`);
  }
  defaults.dir = value;
}
