import { readdirSync, readFileSync } from "node:fs";
import { join, parse } from "node:path";
import { linkReasons } from "./reasons.ts";
import { referencePages } from "./reference.ts";
import { rpcsOf } from "./rpcs.ts";

/** The pages of the reference, of the OpenAPI documents and the protos. */
export function readReference(root: string): ReadonlyMap<string, string> {
  const texts = (folder: string, ending: string) => {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).sort();
    return names
      .filter((name) => name.endsWith(ending))
      .map((name) => [parse(name).name, readFileSync(join(root, folder, name), "utf8")] as const);
  };
  const documents = texts("gen/openapi", ".json").map(([name, text]) => [name, JSON.parse(text)] as const);
  const pages = referencePages(new Map(documents), rpcsOf(texts("proto", ".proto").map(([, text]) => text)));
  return linkReasons(pages, readFileSync(join(root, "docs/errors.md"), "utf8"));
}
