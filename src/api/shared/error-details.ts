import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import {
  type BadRequest_FieldViolationSchema,
  BadRequestSchema,
  ResourceInfoSchema,
} from "../../../gen/google/rpc/error_details_pb.ts";
import { retryAfter } from "../../errors/retry-after.ts";

/** A detail of an error, as Connect takes it. */
export type Detail = NonNullable<ConstructorParameters<typeof ConnectError>[3]>[number];

/** Most field violations of one error: a gRPC client takes 8 KiB of trailers by default, and an error must fit. */
export const violationsMax = 20;

/** google.rpc.BadRequest: which fields of the request are at fault, and why; the first of them if they are many. */
export function fieldViolations(
  violations: readonly MessageInitShape<typeof BadRequest_FieldViolationSchema>[],
): Detail {
  return detail(BadRequestSchema, { fieldViolations: violations.slice(0, violationsMax) });
}

export function detail<D extends DescMessage>(desc: D, value: MessageInitShape<D>): Detail {
  return { desc, value } as Detail;
}

export function resourceInfo(resourceType: string, resourceName: string): Detail {
  return detail(ResourceInfoSchema, { resourceType, resourceName });
}

export function retryInfo(afterMs: number): Detail {
  return retryAfter(afterMs).detail as Detail;
}

/** When to try again, for whatever reads details, and whatever reads headers. */
export function later(afterMs?: number) {
  const { detail: info, headers } = retryAfter(afterMs);
  return { details: [info as Detail], headers };
}
