/**
 * Completion in the interactive session: by what this machine knows at once,
 * by what the service says later.
 *
 * @module
 */

export { SessionCompleter } from "./session_completer.ts";
