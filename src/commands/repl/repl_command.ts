import type { Command } from "../command.ts";

/**
 * `hca repl`.
 *
 * @param program gives the root of the command table
 */
export function replCommand(program: () => Command): Command {
  return {
    name: "repl",
    summary: "Start the interactive session.",
    description: "The commands of hca without 'hca' before them, with " +
      "history, completion and a memory of what answers showed; 'help' in it " +
      "says more. Input that is no terminal is read line by line, as a " +
      "script: the exit status is then that of the first line that failed.",
    examples: ["hca repl", "hca repl < script.hca"],
    options: [{
      name: "fail-fast",
      description: "End a script at the first line that fails.",
      isSwitch: true,
      type: "boolean",
    }],
    async run(context, values) {
      // No other command needs the editor and all that belongs to it.
      const { runRepl } = await import("./run_repl.ts");
      await runRepl({
        environment: context.environment,
        settings: context.settings,
        program: program(),
        isFailFast: values.flag("fail-fast"),
      });
    },
  };
}
