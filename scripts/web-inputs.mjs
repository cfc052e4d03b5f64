import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** All that the pages are made of. */
const inputs = [
  ...["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json", "package-lock.json"],
  ...["bench/README.md", "clients/typescript/README.md", "src/README.md"],
  ...["src/server/pages/README.md", "test/apigee-x/clients.test.ts"],
  ...["scripts/seal.mjs", "scripts/web-inputs.mjs", "scripts/web.mjs"],
  ...["deploy", "docs", "examples", "gen", "proto", "web"],
];

/** What names the inputs as they are now, as the list of what was made of them does. */
export function digestOfInputs() {
  const hash = createHash("sha256").update(process.version);
  const add = (path) => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(`\0${path}\0`).update(readFileSync(path));
  };
  for (const path of inputs) add(path);
  return hash.digest("hex");
}

/** Those of the sources that are no inputs, so that a change of them would change no page. */
export function missingFromInputs(sources) {
  const isInput = (source) => inputs.some((input) => source === input || source.startsWith(`${input}/`));
  return sources.filter((source) => !isInput(source));
}
