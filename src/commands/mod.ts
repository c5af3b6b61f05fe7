export type { Environment, Keyboard } from "./environment.ts";
export { main } from "./main.ts";
export { runSession, type SessionParts } from "./run_session.ts";
