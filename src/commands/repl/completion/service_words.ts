import { HcaError } from "../../../base/mod.ts";
import { configText, loadConfig } from "../../../config/mod.ts";
import { redactUrl } from "../../../http/mod.ts";
import type { CompletionCandidate } from "../../../terminal/mod.ts";
import type { Context } from "../../context.ts";

/**
 * The addresses of API documents of the DSS that are configured, or that the
 * session was started with. One that holds a secret is left out.
 */
export async function serviceAddresses(
  context: Context,
): Promise<CompletionCandidate[]> {
  const { environment, settings } = context;
  const candidates: [url: string | undefined, description: string][] = [
    [settings.swaggerUrl, "is used now"],
    [environment.variable("HCA_SWAGGER_URL"), "HCA_SWAGGER_URL"],
    [await configuredAddress(context), "from the configuration"],
  ];
  const found = new Map<string, CompletionCandidate>();
  for (const [value, description] of candidates) {
    if (value === undefined || !/^https?:/i.test(value)) continue;
    if (redactUrl(value) !== value || found.has(value)) continue;
    found.set(value, { value, description });
  }
  return [...found.values()];
}

/** The names of the services that can be called. */
export async function serviceNames(
  { services }: Context,
): Promise<CompletionCandidate[]> {
  const dss = { value: "dss", description: "the data store" };
  try {
    const configured = [...await services.addresses()];
    return [
      dss,
      ...configured.map(([value, url]) => ({
        value,
        description: redactUrl(url),
      })),
    ];
  } catch (error) {
    if (error instanceof HcaError) return [dss];
    throw error;
  }
}

async function configuredAddress(
  { environment }: Context,
): Promise<string | undefined> {
  try {
    const { files } = environment.runtime;
    const config = await loadConfig(files, environment);
    return configText(config, "DSSClient", "swagger_url");
  } catch (error) {
    // A damaged file is told by whatever needs it.
    if (error instanceof HcaError) return undefined;
    throw error;
  }
}
