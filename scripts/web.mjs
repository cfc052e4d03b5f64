import { cpSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { seal } from "./seal.mjs";
import { digestOfInputs, missingFromInputs } from "./web-inputs.mjs";

// Makes dist/web, which the port serves to browsers (src/server/pages), of web/ and docs/. Each maker writes files into a folder;
// in the end every file is listed in manifest.json and compressed beside itself. Where the list is of the same inputs, all
// of it is there already.
const folder = "dist/web";

const digest = digestOfInputs();
if (digest !== digestOfBuilt()) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { makeConsole } = await import("../web/console/build.mjs");
  await Promise.all([makeDocumentation(), makeConsole(folder)]);
  copyDescriptions();
  await seal(folder, digest);
}

/** The page at / and the documentation, by what web/docs/builder says, which is TypeScript. */
async function makeDocumentation() {
  const outfile = `${folder}/builder.mjs`;
  const entryPoints = ["web/docs/builder/build.ts"];
  await build({ entryPoints, outfile, bundle: true, packages: "external", platform: "node", format: "esm" });
  const { buildSite } = await import(pathToFileURL(outfile));
  rmSync(outfile);
  const sources = await buildSite(process.cwd(), folder);
  const missing = missingFromInputs(sources);
  if (missing.length > 0)
    throw new Error(`add to the inputs of scripts/web-inputs.mjs: ${missing.join(", ")}`);
}

/** What programs and language models read of the interfaces. */
function copyDescriptions() {
  cpSync("gen/openapi", join(folder, "openapi"), { recursive: true });
  renameSync(join(folder, "openapi/llms.txt"), join(folder, "llms.txt"));
}

function digestOfBuilt() {
  try {
    return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")).inputs;
  } catch {
    return undefined;
  }
}
