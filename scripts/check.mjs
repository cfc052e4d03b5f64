import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What must hold of the tree beside its tests. All of it is run, so that one failure does not hide another. */
const checks = {
  types: () => [".", "web", "web/console"].every((project) => run("tsc", "-p", project)),
  "format and lint": () => run("biome", "ci", "."),
  protos: () => run("buf", "lint", "proto"),
  "protos go on with the last release": () => run("node", "scripts/breaking.mjs"),
  "lock is the same for npm 10 and 11": lockIsPlain,
  "OpenAPI documents": () => run("redocly", "lint"),
  "gen is what npm run generate makes": generatedIsCurrent,
  "diagrams are what their sources say": diagramsAreCurrent,
};

/** A check asks nobody on the network, and tells nobody. */
const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };

const failed = Object.entries(checks).filter(([name, passes]) => {
  process.stdout.write(`--- ${name}\n`);
  return !passes();
});
for (const [name] of failed) process.stdout.write(`failed: ${name}\n`);
process.exit(failed.length === 0 ? 0 : 1);

function run(command, ...args) {
  // Found in node_modules/.bin, which npm puts on the path.
  const { status, error } = spawnSync(command, args, { stdio: "inherit", env });
  if (error) process.stdout.write(`${error.message}\n`);
  return status === 0;
}

function generatedIsCurrent() {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-gen-"));
  try {
    const gen = join(folder, "gen");
    if (!run("buf", "generate", "--output", folder)) return false;
    if (!run("node", "scripts/openapi.mjs", join(gen, "openapi"))) return false;
    const [fresh, committed] = [filesOf(gen), filesOf("gen")];
    const names = [...new Set([...fresh.keys(), ...committed.keys()])];
    const stale = names.filter((name) => fresh.get(name) !== committed.get(name));
    for (const name of stale) process.stdout.write(`gen/${name} is out of date: npm run generate\n`);
    return stale.length === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function diagramsAreCurrent() {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-diagrams-"));
  try {
    if (!run("node", "scripts/diagrams.mjs", folder)) return false;
    const stale = readdirSync(folder).filter(
      (name) =>
        readFileSync(join(folder, name), "utf8") !== readFileSync(join("docs/diagrams", name), "utf8"),
    );
    for (const name of stale)
      process.stdout.write(`docs/diagrams/${name} is out of date: npm run generate\n`);
    return stale.length === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** npm 11 writes which C library a package is for, which npm 10 takes out again. */
function lockIsPlain() {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const names = Object.keys(packages).filter((name) => "libc" in packages[name]);
  for (const name of names) process.stdout.write(`package-lock.json: remove libc from ${name}\n`);
  return names.length === 0;
}

/** The text of every file under a folder, by its path there. */
function filesOf(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.(ts|json|txt)$/.test(name));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
