import type { Registry } from "@bufbuild/protobuf";
import type { DocumentedReason } from "./error-table.ts";
import type { ExampleCall } from "./example-calls.ts";

/** How exact a document is. */
export interface Precision {
  /**
   * Whether requests have each spelling that is read, such as numbers as text, and answers no property that is not known: what
   * the service is tested by. For clients, requests are as protobuf's JSON writes them, and answers may grow.
   */
  readonly isExact: boolean;
}

/** What documents are made of. */
export interface Origins extends Precision {
  /** Descriptors of all that is served, with the comments of the protos. */
  readonly registry: Registry;
  /** What is said of each reason. */
  readonly reasons: ReadonlyMap<string, DocumentedReason>;
  /** Calls that the documentation shows. */
  readonly calls: readonly ExampleCall[];
  readonly version: string;
}
