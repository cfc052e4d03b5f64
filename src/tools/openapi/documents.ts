import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { documentOf } from "./document.ts";
import { documentedReasons } from "./error-table.ts";
import { exampleCalls, type Page } from "./example-calls.ts";
import { faces } from "./faces.ts";
import { llmsText } from "./llms.ts";
import type { Document } from "./openapi.ts";

/** What all documents are made of. */
export interface Sources {
  /** A FileDescriptorSet of proto/, with its comments. */
  readonly image: Uint8Array;
  /** The documentation. */
  readonly pages: readonly Page[];
  readonly version: string;
  /** See Precision. */
  readonly isExact: boolean;
}

const errorsPage = "docs/errors.md";

/** The OpenAPI documents by name. */
export function openApiDocuments({ image, pages, version, isExact }: Sources): ReadonlyMap<string, Document> {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const reasons = documentedReasons(pages.find(({ path }) => path === errorsPage)?.text ?? "");
  const calls = pages.flatMap(exampleCalls);
  const made = faces.map((face) => {
    const isOfPage = ({ page }: { page: string }) => face.pages?.includes(page) ?? true;
    const origins = { registry, reasons, calls: calls.filter(isOfPage), version, isExact };
    return [face.name, documentOf(face, origins)] as const;
  });
  return new Map(made);
}

/** What `llms.txt` says. */
export function llms(pages: readonly Page[]): string {
  const readme = pages.find(({ path }) => path === "README.md");
  if (readme === undefined) throw new Error("there is no README.md");
  return llmsText(readme, pages, faces);
}
