import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";

// The compiler does not copy what is not TypeScript: the SQL migrations ride beside the code that reads them.
rmSync("dist", { recursive: true, force: true });
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
cpSync("src/store/migrations", "dist/src/store/migrations", { recursive: true });
