import {
  findProvider,
  providerToKeep,
  type StoredLogin,
} from "../../auth/mod.ts";
import { loadConfig, storeOwner } from "../../config/mod.ts";
import type { Context } from "../context.ts";
import { checkEmail } from "../local/email_argument.ts";

/**
 * Signs in to the embedded service without asking: who can write to the
 * store's directory owns it.
 *
 * @param email who to be; default: the owner of the store
 */
export async function logInEmbedded(
  { dss, environment }: Context,
  email: string = storeOwner(environment),
): Promise<StoredLogin> {
  checkEmail("email", email);
  const document = await dss.document();
  const config = await loadConfig(environment.runtime.files, environment);
  const found = await findProvider(dss.authTools(), { document, config });
  using store = await dss.openStore(dss.dataDir);
  const tokens = await store.issueTokens({ email, refreshable: true });
  const { accessToken, refreshToken, idToken, expiresAtMs } = tokens;
  return {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    idToken,
    expiresAtMs,
    provider: providerToKeep(found),
  };
}
