import { printable, quote, UsageError } from "../../base/mod.ts";
import { storeOwner } from "../../config/mod.ts";
import type { ServiceSettings } from "../../server/mod.ts";
import type { Command, Values } from "../command.ts";
import type { Context } from "../context.ts";
import { DATA_DIR, dataDirOf } from "./data_dir_option.ts";
import { checkEmail } from "./email_argument.ts";
import { logRequest } from "./log_request.ts";
import { readS3Credentials } from "./s3_credentials.ts";
import { openServedStore, type ServedStore } from "./served_store.ts";
import { readSourceDirs } from "./source_dirs.ts";

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
    {
      name: "allow-remote",
      description: "Listen on an address that others can reach, too.",
      isSwitch: true,
      type: "boolean",
    },
    {
      name: "cert",
      description: "File with the certificate chain (PEM): serve https.",
      completes: "path",
    },
    {
      name: "key",
      description: "File with the private key of --cert (PEM).",
      completes: "path",
    },
    {
      name: "read-only",
      description: "Refuse everything that changes the store.",
      isSwitch: true,
      type: "boolean",
    },
    {
      name: "source-dir",
      description:
        "Directory below which file:// sources and the destinations " +
        "of checkouts may be; may be given several times.",
      isList: true,
      completes: "directory",
    },
    {
      name: "source-host",
      description: "Host that http sources may be at, besides this machine; " +
        "may be given several times.",
      isList: true,
    },
    {
      name: "s3-endpoint",
      description: "Address of the S3 service that s3:// sources are in. " +
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY sign what is asked of it.",
    },
    {
      name: "async-above",
      description: "Sources of more bytes are copied after the answer. " +
        "Default: 64 MiB.",
      type: "integer",
      minimum: 0,
    },
    {
      name: "callback-host",
      description: "Host that notifications may be sent to, besides this " +
        "machine; may be given several times.",
      isList: true,
    },
    DATA_DIR,
  ],
  async run(context, values) {
    const { serve, signal, runtime } = context.environment;
    const admins = values.list("admin") ?? [];
    for (const email of admins) checkEmail("admin", email);
    const host = values.need("host");
    const server = await import("../../server/mod.ts");
    checkAddress(host, server.isLoopback(host), values);
    const tls = await readTls(context, values);
    const directories = await readSourceDirs(context, values);
    const settings = { ...serviceSettings(values, context), directories };
    const dataDir = dataDirOf(values, context);
    const stopping = new AbortController();
    // An address that cannot be had leaves nothing, so it is asked for first.
    let opening: Promise<ServedStore> | undefined;
    const opened = () =>
      opening ??= openServedStore(context, {
        dataDir,
        admins: [storeOwner(context.environment), ...admins],
        settings,
        hasSamples: !values.flag("no-samples"),
      }).catch((error) => {
        stopping.abort();
        throw error;
      });
    const answer = async (request: Request): Promise<Response> => {
      const store = await opened().catch(() => undefined);
      return await store?.handler(request) ??
        new Response(null, { status: 503 });
    };
    const limited = server.limitRequests(
      server.isLoopback(host) ? server.loopbackOnly(answer) : answer,
    );
    const handler = server.logRequests(limited, runtime.clock, (record) => {
      logRequest(context, record);
    });
    try {
      await serve(handler, {
        host,
        port: values.number("port"),
        ...(tls !== undefined && { tls }),
        signal: AbortSignal.any([signal, stopping.signal]),
        onListen: ({ port }) => {
          const scheme = tls === undefined ? "http" : "https";
          // As it was asked for: a certificate is for a name, not a number.
          opened().then(({ password }) => {
            const lines = describe(dataDir, { host, port, scheme }, password);
            return context.printLine(lines.join("\n"));
          }).catch(() => {});
        },
        onRefusing: ({ message }) => context.log("WARNING", message),
      });
    } finally {
      await (await opening)?.close();
    }
    context.log("INFO", "stopped");
  },
};

/** An address that others reach must be meant. */
function checkAddress(host: string, isLoopback: boolean, values: Values): void {
  if (isLoopback || values.flag("allow-remote")) return;
  throw new UsageError(
    `${quote(host)} can be reached from other machines`,
    { hint: "--allow-remote says that this is meant." },
  );
}

async function readTls(
  { environment: { runtime: { files } } }: Context,
  values: Values,
): Promise<{ cert: string; key: string } | undefined> {
  const cert = values.text("cert");
  const key = values.text("key");
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new UsageError("--cert and --key go together");
  }
  const read = async (path: string) =>
    new TextDecoder().decode(await files.read(path));
  return { cert: await read(cert), key: await read(key) };
}

function serviceSettings(
  values: Values,
  { environment }: Context,
): Partial<ServiceSettings> {
  const s3Endpoint = values.text("s3-endpoint");
  const asyncAbove = values.get("async-above");
  const isAddress = s3Endpoint === undefined ||
    /^https?:\/\//.test(s3Endpoint) && URL.canParse(s3Endpoint);
  if (!isAddress) {
    throw new UsageError("--s3-endpoint must be an http or https address");
  }
  return {
    sourceHosts: values.list("source-host") ?? [],
    callbackHosts: values.list("callback-host") ?? [],
    isReadOnly: values.flag("read-only"),
    s3Endpoint,
    s3Credentials: readS3Credentials(environment),
    ...(typeof asyncAbove === "number" && { asyncAboveBytes: asyncAbove }),
  };
}

function describe(
  dataDir: string,
  address: { host: string; port: number; scheme: string },
  password: string,
): string[] {
  const host = address.host.includes(":") ? `[${address.host}]` : address.host;
  const origin = `${address.scheme}://${host}:${address.port}`;
  return [
    `serving ${printable(dataDir)}; to use it: ` +
    `export HCA_SWAGGER_URL=${origin}/v1/swagger.json`,
    "to log in: hca dss login",
    `the page asks for this password: ${printable(password)}`,
  ];
}
