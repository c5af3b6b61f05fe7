import {
  findProvider,
  logInByBrowser,
  logInRemotely,
  secureEndpoint,
  type StoredLogin,
} from "../../auth/mod.ts";
import { loadConfig } from "../../config/mod.ts";
import type { Values } from "../command.ts";
import type { Context } from "../context.ts";

/**
 * Signs in at the provider of the service, with a browser here or, with
 * `--remote`, elsewhere.
 *
 * @throws {RefusedError} when the service is one that no token would be sent
 * to, because it is reached by plain http
 * @throws what the two ways throw
 */
export async function logInAtProvider(
  { dss, environment }: Context,
  values: Values,
): Promise<StoredLogin> {
  secureEndpoint(await dss.serviceOrigin(), "service");
  const { terminal, runtime, serve, openBrowser } = environment;
  const tools = dss.authTools();
  const document = await dss.document();
  const config = await loadConfig(runtime.files, environment);
  const provider = await findProvider(tools, { document, config });
  if (values.flag("remote")) {
    return await logInRemotely(tools, provider, terminal);
  }
  const port = values.text("port");
  return await logInByBrowser(tools, provider, {
    serve,
    say: (text) => terminal.err(text),
    timeoutMs: values.number("timeout") * 1000,
    ...(port !== undefined && { port: Number(port) }),
    ...(!values.flag("no-browser") && { openBrowser }),
  });
}
