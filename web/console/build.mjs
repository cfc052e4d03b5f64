import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build } from "vite";

const source = import.meta.dirname;
/** Of all scripts and styles together, compressed. */
const bytesMax = 150 * 1024;

/** Makes the console in a folder of that name in another one. */
export async function makeConsole(folder) {
  const outDir = resolve(folder, "console");
  await build({
    root: source,
    base: "./",
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      // A picture in a style would be one that the policy of the pages refuses.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { checks: { pluginTimings: false } },
      // Those of the packages that are in it, which their licences ask to be passed on.
      license: { fileName: "licences.txt" },
    },
  });
  const bytes = sizeOf(join(outDir, "assets"));
  process.stdout.write(`console: ${(bytes / 1024).toFixed(1)} KB compressed\n`);
  if (bytes > bytesMax) throw new Error(`the console is larger than ${bytesMax / 1024} KB`);
}

function sizeOf(folder) {
  return readdirSync(folder)
    .filter((name) => /\.(js|css)$/.test(name))
    .reduce((sum, name) => sum + brotliCompressSync(readFileSync(join(folder, name))).length, 0);
}
