import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transformFile } from "@swc/core";

// For `node --import`: lets a child process of a test import the sources as they are. Node runs the hook in a thread.
if (isMainThread) register(import.meta.url);

export async function load(url, context, nextLoad) {
  if (!url.endsWith(".ts")) return nextLoad(url, context);
  const options = {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    configFile: false,
    swcrc: false,
  };
  const { code } = await transformFile(fileURLToPath(url), options);
  return { format: "module", source: code, shortCircuit: true };
}
