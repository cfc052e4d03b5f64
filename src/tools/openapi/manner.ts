import type { Dialect } from "../../server/gateway/dialect.ts";

/** How some services of a document speak, and how what is theirs is called. */
export interface Manner {
  readonly dialect: Dialect;
  /** In which errors are written as long as it is not known whose organization it is, where that is another. */
  readonly firstDialect?: Dialect | undefined;
  /** Begins the names of schemas, operations and tags: of what would have the name of something else in the document. */
  readonly prefix: string;
}
