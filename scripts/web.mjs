import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { seal } from "./seal.mjs";

// Makes dist/web, which the port serves to browsers (src/server/pages), of web/ and docs/. Each maker writes files into a folder;
// in the end every file is listed in manifest.json and compressed beside itself. Where the list is of the same inputs, all
// of it is there already.
const folder = "dist/web";

/** All that the pages are made of. */
const inputs = [
  ...["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json", "package-lock.json"],
  ...["bench/README.md", "clients/typescript/README.md", "src/README.md"],
  ...["src/server/pages/README.md", "test/apigee-x/clients.test.ts"],
  ...["deploy", "docs", "examples", "gen", "proto", "scripts/seal.mjs", "scripts/web.mjs", "web"],
];

const digest = digestOf(inputs);
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
  const isInput = (source) => inputs.some((input) => source === input || source.startsWith(`${input}/`));
  const others = sources.filter((source) => !isInput(source));
  if (others.length > 0) throw new Error(`add to the inputs of scripts/web.mjs: ${others.join(", ")}`);
}

/** What programs and language models read of the interfaces. */
function copyDescriptions() {
  cpSync("gen/openapi", join(folder, "openapi"), { recursive: true });
  renameSync(join(folder, "openapi/llms.txt"), join(folder, "llms.txt"));
}

function digestOf(paths) {
  const hash = createHash("sha256").update(process.version);
  const add = (path) => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(`\0${path}\0`).update(readFileSync(path));
  };
  for (const path of paths) add(path);
  return hash.digest("hex");
}

function digestOfBuilt() {
  try {
    return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")).inputs;
  } catch {
    return undefined;
  }
}
