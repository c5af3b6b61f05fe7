import { printable } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";

const PORT = 8473;

/** `hca local serve`. */
export const serve: Command = {
  name: "serve",
  summary: "Serve the embedded store on a port, until interrupted.",
  description: "Prints one line that says how to point hca at it. A store " +
    "that does not exist yet is made with sample bundles.",
  examples: [
    "hca local serve",
    "hca local serve --port 9000 --data-dir ./my-store",
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
    DATA_DIR,
  ],
  async run(context, values) {
    const { serve, signal } = context.environment;
    const dataDir = dataDirOf(values, context);
    using store = await context.dss.openStore(dataDir);
    await store.decideSamples(!values.flag("no-samples"));
    const host = values.need("host");
    const { isLoopback, loopbackOnly } = await import("../../server/mod.ts");
    const handler = isLoopback(host)
      ? loopbackOnly(store.handler)
      : store.handler;
    await serve(handler, {
      host,
      port: values.number("port"),
      signal,
      onListen: (address) => {
        const host = address.host.includes(":")
          ? `[${address.host}]`
          : address.host;
        const url = `http://${host}:${address.port}/v1/swagger.json`;
        context.printLine(
          `serving ${printable(dataDir)}; to use it: ` +
            `export HCA_SWAGGER_URL=${url}`,
        ).catch(() => {});
      },
    });
    context.log("INFO", "stopped");
  },
};
