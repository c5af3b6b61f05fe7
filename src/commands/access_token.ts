import {
  type AuthTools,
  createTokenSources,
  createTokenSupply,
  serviceAudience,
  type TokenSource,
} from "../auth/mod.ts";
import type { Secrets } from "../base/mod.ts";
import { configText, loadConfig } from "../config/mod.ts";
import type { AuthMode, ServiceClientOptions } from "../services/mod.ts";
import type { ApiDocument } from "../swagger/mod.ts";

/** A service that tokens are for. */
export interface SecuredService {
  /** The origin of its API document. */
  origin: string;
  /** Whether it takes the login of another service. */
  isShared: boolean;
  /** Its API document; asked for only when a token is made for it. */
  document: () => Promise<ApiDocument>;
}

/** What all clients of a run have in common. */
export interface AuthSettings {
  /** Which requests carry a token. */
  auth: AuthMode;
  /** Gets every token that is used, so that no message shows it. */
  secrets: Secrets;
}

/** The places that the token for a service may come from. */
export function tokenSourcesOf(
  tools: AuthTools,
  { origin, isShared, document }: SecuredService,
): TokenSource[] {
  const { environment, runtime: { files } } = tools;
  return createTokenSources(tools, {
    origin,
    isShared,
    audience: async () => {
      const config = await loadConfig(files, environment);
      // Where it is configured the service need not be reachable.
      return configText(config, "DSSClient", "audience") ??
        serviceAudience(await document(), config);
    },
  });
}

/** What a client of a service needs for its tokens. */
export function clientAuth(
  tools: AuthTools,
  service: SecuredService,
  { auth, secrets }: AuthSettings,
): Pick<ServiceClientOptions, "accessToken" | "auth" | "refusalHint"> {
  const sources = tokenSourcesOf(tools, service);
  const supply = createTokenSupply(sources, ({ token, idToken }) => {
    secrets.add(token);
    if (idToken !== undefined) secrets.add(idToken);
  });
  return { ...supply, auth };
}
