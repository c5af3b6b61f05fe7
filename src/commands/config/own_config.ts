import { type JsonObject, quote } from "../../base/mod.ts";
import {
  changeConfigFile,
  type ConfigLayer,
  exposedFiles,
  loadLayers,
  ownConfigFile,
} from "../../config/mod.ts";
import type { Context } from "../context.ts";

/** The layers of the configuration; warns of tokens that others may read. */
export async function readLayers(context: Context): Promise<ConfigLayer[]> {
  const { environment } = context;
  const layers = await loadLayers(environment.runtime.files, environment);
  warnOfExposedFiles(context, layers);
  return layers;
}

/** Warns of files with a token that others than their owner may read. */
export function warnOfExposedFiles(
  context: Context,
  layers: readonly ConfigLayer[],
): void {
  for (const { path, mode } of exposedFiles(layers)) {
    context.log(
      "WARNING",
      `${quote(path, 200)} holds a token and others may read it (mode ` +
        `${mode}); 'chmod 600' makes it private`,
    );
  }
}

/**
 * Changes the user's file; see {@linkcode changeConfigFile}.
 *
 * @returns whether it was written
 */
export async function changeOwnConfig(
  context: Context,
  edit: (own: JsonObject) => JsonObject,
): Promise<boolean> {
  const { log, environment } = context;
  const { runtime, signal } = environment;
  const path = ownConfigFile(environment);
  return await changeConfigFile({ ...runtime, log }, path, edit, signal);
}
