import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

// Makes the OpenAPI documents of gen/openapi, of the protos, the gateway's bindings and the documentation, and llms.txt beside
// them.
const [folder = "gen/openapi", precision] = process.argv.slice(2);

const { llms, openApiDocuments } = await importSource("src/tools/openapi/documents.ts");
const pages = readPages();
const documents = openApiDocuments({
  image: imageOf("proto"),
  pages,
  version: JSON.parse(readFileSync("package.json", "utf8")).version,
  isExact: precision === "exact",
});
mkdirSync(folder, { recursive: true });
for (const [name, document] of documents)
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(document, undefined, 2)}\n`);
writeFileSync(join(folder, "llms.txt"), llms(pages));

/** A module of src, as node runs it. */
async function importSource(path) {
  const scratch = mkdtempSync(join(tmpdir(), "tallystick-openapi-"));
  try {
    const outfile = join(scratch, "module.mjs");
    const options = {
      bundle: true,
      platform: "node",
      format: "esm",
      sourcemap: "inline",
      logLevel: "warning",
    };
    await build({ entryPoints: [path], outfile, ...options });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Found in node_modules/.bin, which npm puts on the path. */
function imageOf(protos) {
  const { status, stdout, error } = spawnSync("buf", ["build", protos, "-o", "-#format=binpb"], {
    maxBuffer: 256 * 1024 * 1024,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status === 0) return stdout;
  if (error) process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function readPages() {
  const names = readdirSync("docs", { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".md"),
  );
  const paths = ["README.md", ...names.sort().map((name) => join("docs", name))];
  return paths.map((path) => ({ path, text: readFileSync(path, "utf8") }));
}
