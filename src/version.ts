import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The version of the package, which lies beside the code. */
export const { version }: { readonly version: string } = JSON.parse(
  readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8"),
);
