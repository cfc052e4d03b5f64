import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

// Makes the table of docs/operating/configure.md, with which the page ends, of the settings in src/config.ts.
const [page = "docs/operating/configure.md"] = process.argv.slice(2);
const heading = "\n## Every setting\n";

const options = { bundle: true, write: false, platform: "node", format: "esm", logLevel: "warning" };
const { outputFiles } = await build({ entryPoints: ["src/config.ts"], ...options });
const [{ text }] = outputFiles;
const { settings } = await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);

const rows = Object.entries(settings).map(
  ([name, { default: standing, meaning, allowed }]) =>
    `| \`${name}\` | ${[standing, meaning, allowed].map((each) => each.replaceAll("|", "\\|")).join(" | ")} |\n`,
);
const [introduction] = readFileSync(page, "utf8").split(heading);
const table = `| setting | default | meaning | takes |\n|---|---|---|---|\n${rows.join("")}`;
writeFileSync(page, `${introduction}${heading}\n${table}`);
