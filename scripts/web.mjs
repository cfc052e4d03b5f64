import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";
import { makeConsole } from "../web/console/build.mjs";

// Makes dist/web, which the port serves to browsers (src/server/pages), of web/ and docs/. Each maker writes files into a folder;
// in the end every file is listed in manifest.json and compressed beside itself.
const folder = "dist/web";

const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};
const isCompressed = (ending) => ending === ".png" || ending === ".woff2";

/** Paths whose page finds out by a script what to show: it answers at every path under its own. */
const applications = ["/console/"];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await makeDocumentation();
await makeConsole(folder);
await seal();

/** The page at / and the documentation, by what web/docs/builder says, which is TypeScript. */
async function makeDocumentation() {
  const outfile = `${folder}/builder.mjs`;
  const entryPoints = ["web/docs/builder/build.ts"];
  await build({ entryPoints, outfile, bundle: true, packages: "external", platform: "node", format: "esm" });
  const { buildSite } = await import(pathToFileURL(outfile));
  rmSync(outfile);
  await buildSite(process.cwd(), folder);
}

async function seal() {
  const entries = await Promise.all(filesIn("").map(async (file) => [pathOf(file), await sealed(file)]));
  const pages = Object.fromEntries(entries);
  const manifest = { pages, applications: applications.filter((path) => path in pages) };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
}

/** A symbolic link would be served as what it leads to, so there may be none. */
function filesIn(under) {
  return readdirSync(join(folder, under), { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = under === "" ? entry.name : `${under}/${entry.name}`;
      if (entry.isDirectory()) return filesIn(path);
      if (!entry.isFile()) throw new Error(`${path} is no file`);
      return path;
    });
}

/** A folder's index.html is at the folder, and any other page at its name. */
function pathOf(file) {
  return `/${file.replace(/(^|\/)index\.html$/, "$1").replace(/\.html$/, "")}`;
}

async function sealed(file) {
  const ending = extname(file);
  const type = types[ending];
  if (type === undefined) throw new Error(`${file}: say in scripts/web.mjs what type that is`);
  const content = readFileSync(join(folder, file));
  const sizes = { identity: content.length };
  if (!isCompressed(ending))
    for (const [encoding, compressed] of Object.entries(await compress(content)))
      if (compressed.length < content.length) {
        writeFileSync(join(folder, `${file}${encoding === "br" ? ".br" : ".gz"}`), compressed);
        sizes[encoding] = compressed.length;
      }
  const tag = createHash("sha256").update(content).digest("hex").slice(0, 20);
  return { file, type, tag, isImmutable: file.split("/").includes("assets"), sizes };
}

async function compress(content) {
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, options),
    promisify(gzip)(content, { level: 9 }),
  ]);
  return { br, gzip: gz };
}
