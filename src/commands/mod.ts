export type { Environment } from "./environment.ts";
export { main } from "./main.ts";
