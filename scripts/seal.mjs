import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};
const isCompressed = (ending) => ending === ".png" || ending === ".woff2";

/** Paths whose page finds out by a script what to show: it answers at every path under its own. */
const applications = ["/console/"];

/** Compresses the files of a folder, and lists them for who serves them. @param inputs what it was made of */
export async function seal(folder, inputs) {
  const files = filesIn(folder, "");
  const entries = await Promise.all(files.map(async (file) => [pathOf(file), await sealed(folder, file)]));
  const pages = Object.fromEntries(entries);
  const manifest = { inputs, applications: applications.filter((path) => path in pages), pages };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
}

/** A symbolic link would be served as what it leads to, so there may be none. */
function filesIn(folder, under) {
  return readdirSync(join(folder, under), { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = under === "" ? entry.name : `${under}/${entry.name}`;
      if (entry.isDirectory()) return filesIn(folder, path);
      if (!entry.isFile()) throw new Error(`${path} is no file`);
      return path;
    });
}

/** A folder's index.html is at the folder, and any other page at its name. */
function pathOf(file) {
  return `/${file.replace(/(^|\/)index\.html$/, "$1").replace(/\.html$/, "")}`;
}

async function sealed(folder, file) {
  const ending = extname(file);
  const type = types[ending];
  if (type === undefined) throw new Error(`${file}: say in scripts/seal.mjs what type that is`);
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
