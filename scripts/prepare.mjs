import { existsSync } from "node:fs";

// What is packed, or installed from a clone or from git, has to be built first. An install without the compiler, such as
// `npm ci --omit=dev` beside a dist that was built elsewhere, has nothing to build with.
if (existsSync("node_modules/.bin/tsc")) await import("./build.mjs");
