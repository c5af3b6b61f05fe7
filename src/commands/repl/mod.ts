export { replCommand } from "./repl_command.ts";
