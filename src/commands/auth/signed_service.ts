import type { TokenSource } from "../../auth/mod.ts";
import type { Option, Values } from "../command.ts";
import type { Context } from "../context.ts";

const DSS = "dss";

/** Which service a token is for. */
export const SERVICE: Option = {
  name: "service",
  description: "The service: dss, or one of the configuration.",
  default: DSS,
};

/** The service that a command line names, as far as tokens go. */
export interface SignedService {
  /** Its origin, as in `https://host`. */
  origin: string;
  /** The places that the token for it may come from. */
  sources: TokenSource[];
}

/**
 * The service that a command line names.
 *
 * @throws {UsageError} when it is not configured, or not by an http or https
 * address
 */
export async function signedService(
  values: Values,
  { dss, services }: Context,
): Promise<SignedService> {
  const name = values.need(SERVICE.name);
  if (name === DSS) {
    const origin = await dss.serviceOrigin();
    return { origin, sources: await dss.tokenSources() };
  }
  const origin = await services.serviceOrigin(name);
  return { origin, sources: await services.tokenSources(name) };
}
