import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";

// The compiler does not copy what is not TypeScript: the SQL migrations and the version ride beside the code that reads
// them. It does not make the command line executable either.
rmSync("dist", { recursive: true, force: true });
execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
cpSync("src/store/migrations", "dist/src/store/migrations", { recursive: true });
cpSync("package.json", "dist/package.json");
chmodSync("dist/src/cli/tallystick.js", 0o755);
