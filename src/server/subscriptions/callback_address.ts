import { quote } from "../../base/mod.ts";
import { isLoopback } from "../loopback_only.ts";

/**
 * Why notifications may not be sent to an address; undefined when they may.
 * They go to this machine, and by https to the hosts that were allowed; names
 * are not looked up, so one that is not allowed leads nowhere.
 *
 * @param allowedHosts host names besides this machine
 */
export function whyForbidden(
  address: string,
  allowedHosts: readonly string[],
): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return "'callback_url' is not an http or https address";
  }
  if (url.username !== "" || url.password !== "") {
    return "'callback_url' must have no user name and password; use a " +
      "'hmac_secret_key' to know who calls";
  }
  if (isLoopback(url.href)) return undefined;
  const isAllowed = allowedHosts
    .some((host) => host.toLowerCase() === url.hostname);
  if (!isAllowed) {
    return `This service may not send notifications to ${
      quote(url.hostname)
    }, only to its own machine and to hosts that were allowed when it was ` +
      "started ('hca local serve --callback-host HOST')";
  }
  return url.protocol === "https:"
    ? undefined
    : `Notifications to ${quote(url.hostname)} need an https address`;
}
