import { setErrorTrailer } from "../connect/correction.ts";
import { reasoned } from "../reasoned.ts";
import type { Refusal } from "../status.ts";

/**
 * A refusal as gRPC and gRPC-Web tell it, by headers alone; undefined for a request of another protocol. A client of gRPC that
 * gets a bare status of HTTP makes a code of its own of it, mostly one after which it tries again.
 */
export function grpcRefusal(
  contentType: string | undefined,
  { reason, code, message }: Refusal,
): Headers | undefined {
  const [grpc] = contentType?.match(/^application\/grpc[-+a-z]*/i) ?? [];
  if (grpc === undefined) return undefined;
  const trailers = new Headers({ "content-type": grpc });
  setErrorTrailer(trailers, reasoned(reason, code, message));
  return trailers;
}
