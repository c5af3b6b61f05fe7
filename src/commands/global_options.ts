import { LOG_LEVELS, type LogLevel, UsageError } from "../base/mod.ts";
import type { AuthMode } from "../services/mod.ts";
import type { Option, Values } from "./command.ts";
import type { GlobalSettings } from "./context.ts";

/** The options that every command has. */
export const GLOBAL_OPTIONS: readonly Option[] = [
  {
    name: "help",
    short: "h",
    description: "Show this text.",
    isSwitch: true,
    type: "boolean",
  },
  {
    name: "log-level",
    description: "Least level of messages on standard error. DEBUG adds " +
      "every request and the stack of an error. Default INFO.",
    choices: LOG_LEVELS,
  },
  {
    name: "log-format",
    description: "Form of messages: text, or json for one JSON object a " +
      "line; the last one is then the error. Default text.",
    choices: ["text", "json"],
  },
  {
    name: "swagger-url",
    description: "Address of the API document of the DSS to use, or 'local' " +
      "for the embedded one. Default: HCA_SWAGGER_URL, then the " +
      "configuration key DSSClient.swagger_url, then 'local'.",
  },
  {
    name: "auth",
    description: "Send the access token with every request to the service, " +
      "also where its API document asks for none.",
    isSwitch: true,
    type: "boolean",
  },
  {
    name: "no-auth",
    description: "Send the access token with no request.",
    isSwitch: true,
    type: "boolean",
  },
];

/**
 * Checks options of the whole run against each other.
 *
 * @param isGiven whether an option stands on the line
 * @throws {UsageError} when two exclude one another
 */
export function checkGlobalOptions(isGiven: (name: string) => boolean): void {
  if (!isGiven("auth") || !isGiven("no-auth")) return;
  throw new UsageError("--auth and --no-auth exclude one another");
}

/** What a command line says for the whole run. */
export function globalSettings(values: Values): GlobalSettings {
  const level = LOG_LEVELS.find((name) => name === values.text("log-level"));
  return {
    logLevel: level ?? ("INFO" satisfies LogLevel),
    logFormat: values.text("log-format") === "json" ? "json" : "text",
    swaggerUrl: values.text("swagger-url"),
    auth: authMode(values),
  };
}

// Given both, nothing is sent before the line is refused.
function authMode(values: Values): AuthMode {
  if (values.flag("no-auth")) return "never";
  return values.flag("auth") ? "always" : "document";
}
