import { joinPath } from "../base/mod.ts";

/** What decides where a user's files are. */
export interface UserEnvironment {
  /** An environment variable; undefined when it is not set or empty. */
  variable: (name: string) => string | undefined;
  /** The operating system. */
  os: "windows" | "darwin" | "linux" | "other";
}

/**
 * The user's configuration folder of hca: `$XDG_CONFIG_HOME/hca`, else
 * `~/.config/hca` (XDG Base Directory Specification), on every system, as the
 * old client had it.
 */
export function configFolder(environment: UserEnvironment): string {
  return joinPath(
    environment.variable("XDG_CONFIG_HOME") ??
      joinPath(homeFolder(environment), ".config"),
    "hca",
  );
}

/**
 * The folder in which the system's own applications keep a user's settings:
 * `~/Library/Application Support/hca` on macOS, `%APPDATA%\hca` on Windows;
 * undefined elsewhere. hca reads its configuration there and writes nothing.
 */
export function nativeConfigFolder(
  environment: UserEnvironment,
): string | undefined {
  const { variable, os } = environment;
  const home = homeFolder(environment);
  if (os === "darwin") return joinPath(home, "Library/Application Support/hca");
  if (os !== "windows") return undefined;
  const roaming = variable("APPDATA") ?? joinPath(home, "AppData/Roaming");
  return joinPath(roaming, "hca");
}

/**
 * The user's data folder of hca: `$XDG_DATA_HOME/hca`, else the place the
 * system has for it: `~/.local/share/hca`, `~/Library/Application
 * Support/hca`, `%LOCALAPPDATA%\hca`.
 */
export function dataFolder(environment: UserEnvironment): string {
  const { variable, os } = environment;
  const xdg = variable("XDG_DATA_HOME");
  if (xdg !== undefined) return joinPath(xdg, "hca");
  const home = homeFolder(environment);
  if (os === "windows") {
    const local = variable("LOCALAPPDATA") ?? joinPath(home, "AppData/Local");
    return joinPath(local, "hca");
  }
  return os === "darwin"
    ? joinPath(home, "Library/Application Support/hca")
    : joinPath(home, ".local/share/hca");
}

/**
 * The user's cache folder of hca, whose files may be removed at any time:
 * `$XDG_CACHE_HOME/hca`, else `~/.cache/hca`, `~/Library/Caches/hca`,
 * `%LOCALAPPDATA%\hca\cache`.
 */
export function cacheFolder(environment: UserEnvironment): string {
  const { variable, os } = environment;
  const xdg = variable("XDG_CACHE_HOME");
  if (xdg !== undefined) return joinPath(xdg, "hca");
  if (os === "windows") return joinPath(dataFolder(environment), "cache");
  const home = homeFolder(environment);
  return os === "darwin"
    ? joinPath(home, "Library/Caches/hca")
    : joinPath(home, ".cache/hca");
}

/**
 * The user's state folder of hca (history, what was seen lately):
 * `$XDG_STATE_HOME/hca`, else `~/.local/state/hca`, and the data folder's
 * `state` on macOS and Windows.
 */
export function stateFolder(environment: UserEnvironment): string {
  const { variable, os } = environment;
  const xdg = variable("XDG_STATE_HOME");
  if (xdg !== undefined) return joinPath(xdg, "hca");
  return os === "windows" || os === "darwin"
    ? joinPath(dataFolder(environment), "state")
    : joinPath(homeFolder(environment), ".local/state/hca");
}

function homeFolder({ variable }: UserEnvironment): string {
  return variable("HOME") ?? variable("USERPROFILE") ?? ".";
}
