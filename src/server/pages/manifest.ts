import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What the build has made of one file: as it is, and compressed where that is smaller. */
export const encodings = ["br", "gzip", "identity"] as const;
export type Encoding = (typeof encodings)[number];

/** One page, script, picture or document. */
export interface Page {
  /** Relative to the folder of the pages; the compressed ones lie beside it, as `<file>.br` and `<file>.gz`. */
  readonly file: string;
  /** The Content-Type. */
  readonly type: string;
  /** Changes with the content: hexadecimal. */
  readonly tag: string;
  /** Whether its name changes with its content. */
  readonly isImmutable: boolean;
  /** In bytes. */
  readonly sizes: { readonly identity: number } & { readonly [encoding in Encoding]?: number };
}

/** All that the build has made, by the path of a request. */
export interface Manifest {
  readonly pages: Readonly<Record<string, Page>>;
  /**
   * Paths that end with a slash, each of a page that finds out by a script what to show: it answers at every path under its own
   * that is no other page's, but for those under its `assets/`.
   */
  readonly applications: readonly string[];
}

/**
 * What is in a folder that the build has made; undefined where it has made none, as where the service runs from its sources.
 *
 * @throws Error where it is there and cannot be read
 */
export function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`the pages in ${folder} cannot be read: build them anew, or set TALLYSTICK_PAGES=off`, {
      cause: error,
    });
  }
}
