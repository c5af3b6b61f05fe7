import { printable } from "../../base/mod.ts";
import { storeOwner } from "../../config/mod.ts";
import type { Command } from "../command.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";
import { checkEmail } from "./email_argument.ts";

const PORT = 8473;

/** `hca local serve`. */
export const serve: Command = {
  name: "serve",
  summary: "Serve the embedded store on a port, until interrupted.",
  description: "Prints how to point hca at it and how to log in to it: what " +
    "writes needs a token, reading does not. A store that does not exist yet " +
    "is made with sample bundles.",
  examples: [
    "hca local serve",
    "hca local serve --port 9000 --data-dir ./my-store",
    "hca local serve --admin me@example.org --admin you@example.org",
  ],
  options: [
    { name: "host", description: "Address to use.", default: "127.0.0.1" },
    {
      name: "port",
      description: "Port to use; 0 takes a free one.",
      type: "integer",
      minimum: 0,
      maximum: 65_535,
      default: PORT,
    },
    {
      name: "no-samples",
      description: "Make a new store without sample bundles.",
      isSwitch: true,
      type: "boolean",
    },
    {
      name: "admin",
      description:
        "Email address of one who may delete bundles; may be given " +
        "several times. You may in any case, under your user name at " +
        "localhost.",
      isList: true,
    },
    DATA_DIR,
  ],
  async run(context, values) {
    const { serve, signal } = context.environment;
    const admins = values.list("admin") ?? [];
    for (const email of admins) checkEmail("admin", email);
    const { isLoopback, loopbackOnly, openLocalDss } = await import(
      "../../server/mod.ts"
    );
    const dataDir = dataDirOf(values, context);
    using store = await openLocalDss({
      ...context.environment,
      dataDir,
      admins: [storeOwner(context.environment), ...admins],
    });
    await store.decideSamples(!values.flag("no-samples"));
    const password = await store.loginPassword();
    const host = values.need("host");
    const handler = isLoopback(host)
      ? loopbackOnly(store.handler)
      : store.handler;
    await serve(handler, {
      host,
      port: values.number("port"),
      signal,
      onListen: (address) => {
        const lines = describe(dataDir, address, password);
        context.printLine(lines.join("\n")).catch(() => {});
      },
    });
    context.log("INFO", "stopped");
  },
};

function describe(
  dataDir: string,
  address: { host: string; port: number },
  password: string,
): string[] {
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const url = `http://${host}:${address.port}/v1/swagger.json`;
  return [
    `serving ${printable(dataDir)}; to use it: export HCA_SWAGGER_URL=${url}`,
    "to log in: hca dss login",
    `the page asks for this password: ${printable(password)}`,
  ];
}
