import { printable } from "../../../base/mod.ts";
import { redactUrl } from "../../../http/mod.ts";
import type { Command } from "../../command.ts";
import { type LoginState, readLoginState } from "../login_state.ts";
import type { Session } from "../session.ts";

/** `session`. */
export function session(of: Session): Command {
  return {
    name: "session",
    summary: "Say what is set: service, login, replica, directory.",
    description: "'use' changes it; 'login' and 'logout' sign in and out.",
    examples: ["session"],
    async run(context) {
      const { defaults, references, jobs } = of;
      const login = await readLoginState(context);
      const url = await context.dss.swaggerUrl();
      const { files } = context.environment.runtime;
      const { itemCount } = references;
      const facts = [
        ["service", serviceOf(url, of)],
        ["login", describeLogin(login)],
        ["replica", defaults.replica],
        ["dir", files.absolute(defaults.dir ?? ".")],
        ["$1 …", itemCount === 0 ? "none" : `$1 to $${itemCount}`],
        ["$_", references.last ?? "none"],
        ["jobs", `${jobs.running().length} running`],
      ];
      for (const [name = "", value = ""] of facts) {
        await context.printLine(`${name.padEnd(8)} ${printable(value)}`);
      }
    },
  };
}

/** Of the DSS, and of the service whose commands stand alone. */
function serviceOf(url: string | undefined, { defaults }: Session): string {
  const dss = url === undefined ? "local" : redactUrl(url);
  return defaults.group === undefined ? dss : `${defaults.group}, dss ${dss}`;
}

function describeLogin(login: LoginState | undefined): string {
  if (login === undefined) return "none";
  const { who, source, expiresAtMs } = login;
  const until = expiresAtMs === undefined
    ? ""
    : `, until ${new Date(expiresAtMs).toISOString()}`;
  return `${who ?? "somebody"} (${source}${until})`;
}
