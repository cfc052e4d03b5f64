import { join } from "node:path";
import { readManifest } from "./manifest.ts";
import { createPages, type Pages } from "./pages.ts";

/**
 * The pages that `npm run build` puts beside the code; undefined where it has not, as where the service runs from its sources.
 *
 * @throws Error where they are there and cannot be read
 */
export function builtPages(): Pages | undefined {
  const folder = join(import.meta.dirname, "..", "..", "..", "web");
  const manifest = readManifest(folder);
  return manifest && createPages(folder, manifest);
}
