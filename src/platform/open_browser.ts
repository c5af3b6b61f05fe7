import { spawn } from "node:child_process";
import { type Host, host } from "./host.ts";
import { environmentVariable } from "./host.ts";

// A program that cannot open a page says so at once.
const VERDICT_MS = 1_500;

/** What decides which browser there is. */
export interface BrowserSettings {
  /** An environment variable; undefined when it is not set or empty. */
  variable: (name: string) => string | undefined;
  /** The operating system. */
  os: Host["os"];
}

/**
 * The command lines that may show an address, best first: those of `BROWSER`
 * (separated by `:`, on Windows by `;`; `%s` stands for the address, which
 * comes last without it; a final `&` says that the program stays), else the
 * system's own. None on a desktop that is not there.
 */
export function browserCommands(
  url: string,
  { variable, os }: BrowserSettings,
): string[][] {
  const own = systemCommand({ variable, os });
  const chosen = (variable("BROWSER") ?? "")
    .split(os === "windows" ? ";" : ":").map(wordsOf)
    .filter((words) => words.length > 0);
  return [...chosen, ...(own === undefined ? [] : [own])].map((words) =>
    words.some((word) => word.includes("%s"))
      ? words.map((word) => word.replaceAll("%s", () => url))
      : [...words, url]
  );
}

function systemCommand(
  { variable, os }: BrowserSettings,
): string[] | undefined {
  if (os === "darwin") return ["open"];
  if (os === "windows") return ["rundll32", "url.dll,FileProtocolHandler"];
  const hasDesktop = variable("DISPLAY") ?? variable("WAYLAND_DISPLAY");
  return hasDesktop === undefined ? undefined : ["xdg-open"];
}

/** Words as typed; quotes keep blanks, and no shell ever reads them. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replace(/["']/g, ""))
    .filter((word) => word !== "&");
}

/**
 * Shows an http or https address in the browser of this machine, without
 * waiting for it to be closed.
 *
 * @returns false when there is no browser, or none could be started
 */
export async function openBrowser(
  url: string,
  settings: BrowserSettings = { variable: environmentVariable, os: host.os },
): Promise<boolean> {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(url)) return false;
  for (const [program = "", ...args] of browserCommands(url, settings)) {
    if (await starts(program, args)) return true;
  }
  return false;
}

/** Whether a program runs on, or ends well. */
function starts(program: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    // Of its own group: Ctrl-C here must not close a browser.
    const child = spawn(program, args, { detached: true, stdio: "ignore" });
    const timer = setTimeout(() => {
      child.unref();
      resolve(true);
    }, VERDICT_MS);
    const decide = (isGood: boolean) => {
      clearTimeout(timer);
      resolve(isGood);
    };
    child.on("error", () => decide(false));
    child.on("exit", (code) => decide(code === 0));
  });
}
