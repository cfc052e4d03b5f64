import type { JsonObject } from "@bufbuild/protobuf";

/** What an error body can be made of. */
export interface ErrorParts {
  readonly httpStatus: number;
  /** Number of the RPC code, as google.rpc.Code has it. */
  readonly code: number;
  /** Name of the RPC code: `NOT_FOUND`. */
  readonly status: string;
  readonly message: string;
  /** Each with `@type`. */
  readonly details: JsonObject[];
  /** ErrorInfo's. */
  readonly reason: string;
  /** ErrorInfo's. */
  readonly metadata: Readonly<Record<string, string>>;
}
