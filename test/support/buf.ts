import { readdirSync } from "node:fs";
import { join } from "node:path";

const packages = join(import.meta.dirname, "../../node_modules/@bufbuild");

/**
 * The program behind `npx @bufbuild/buf`, which lies in the package of this platform, the only one that npm installs. To start it
 * by the script in front of it costs five times as much.
 */
export const bufProgram = join(packages, nativePackage(), "bin", "buf");

function nativePackage(): string {
  const name = readdirSync(packages).find((each) => each.startsWith("buf-"));
  if (name === undefined) throw new Error(`${packages} has no buf for this platform: npm install brings it.`);
  return name;
}
