/** What kind of machine this is. */
export interface Host {
  /** The operating system. */
  os: "windows" | "darwin" | "linux" | "other";
  /** Runtime and machine in words, as in `Deno 2.9.6 linux-x86_64`. */
  description: string;
}

/** The machine that runs us. */
export const host: Host = {
  os: osName(Deno.build.os),
  description: `Deno ${Deno.version.deno} ${Deno.build.os}-${Deno.build.arch}`,
};

function osName(name: string): Host["os"] {
  return name === "windows" || name === "darwin" || name === "linux"
    ? name
    : "other";
}

/** An environment variable; one that is empty counts as not set. */
export function environmentVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch (error) {
    // A script that was not given --allow-env runs on defaults.
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
