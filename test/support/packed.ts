import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** A package as somebody else has it: packed by npm, and unpacked in a project of its own. */
export interface PackedProject {
  readonly folder: string;
  /** Where the package lies in it. */
  readonly package: string;
  /** The paths that were packed. */
  readonly files: readonly string[];
}

/**
 * Packs a package with npm, after its scripts or as it is, and puts it where `npm install <tarball>` would. What it says that it
 * depends on is linked to what is installed here, and nothing else, so that this needs no registry.
 */
export function packedProject(source: string, { scripts }: { scripts: boolean }): PackedProject {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-project-"));
  const npm = ["pack", "--json", `--ignore-scripts=${!scripts}`, "--pack-destination", folder];
  const output = execFileSync("npm", npm, {
    cwd: source,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [{ filename, files }] = JSON.parse(output.slice(output.indexOf("[\n")));
  const { name, dependencies } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const unpacked = join(folder, "node_modules", name);
  mkdirSync(unpacked, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", unpacked, "--strip-components=1"]);
  for (const dependency of Object.keys(dependencies)) {
    const link = join(folder, "node_modules", dependency);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve("node_modules", dependency), link);
  }
  return { folder, package: unpacked, files: files.map(({ path }: { path: string }) => path) };
}
