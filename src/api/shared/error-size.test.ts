import { toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { StatusSchema } from "../../../gen/google/rpc/status_pb.ts";
import { bounded, statusBytesMax, statusOf } from "../../errors/error-size.ts";
import { apigeeError } from "../apigee-x/errors.ts";
import { errorOf } from "./errors.ts";

/** The trailers that gRPC clients take by default. */
const trailersBytesMax = 8 * 1024;
const long = fc
  .oneof(fc.string({ unit: "grapheme", maxLength: 20 }), fc.constantFrom("\u0001", "  "))
  .map((text) => text.repeat(500));

describe("bounded", () => {
  it("leaves an error alone that is small", () => {
    const error = errorOf({ reason: "NOT_FOUND", resource: "customer", name: "ann@example.com" });
    expect(bounded(error)).toBe(error);
  });

  it("makes every error fit the trailers of gRPC, whatever callers wrote", () => {
    fc.assert(
      fc.property(
        long,
        fc.array(fc.record({ field: long, description: long }), { maxLength: 25 }),
        (text, violations) => {
          const errors = [
            errorOf({ reason: "INVALID_FIELDS", violations }),
            errorOf({ reason: "ALREADY_EXISTS", resource: "customer", field: "email", name: text }),
            errorOf(
              { reason: "PERMISSION_DENIED", roles: ["admin"], scope: "platform" },
              { message: text, metadata: { a: text, b: text, c: text } },
            ),
            apigeeError(
              { reason: "NO_ACCOUNT", customerId: text, currency: text },
              { subject: text, message: text },
            ),
          ].map((error) => bounded(error));
          for (const error of errors) {
            const status = toBinary(StatusSchema, statusOf(error));
            expect(status.length).toBeLessThanOrEqual(statusBytesMax);
            const texts = error.details.map(({ value }) => value);
            expect(Buffer.byteLength(JSON.stringify([error.rawMessage, texts]))).toBeLessThan(statusBytesMax);
            const message = Buffer.byteLength(encodeURIComponent(Buffer.from(error.rawMessage).toString()));
            expect(Buffer.from(status).toString("base64").length + message).toBeLessThan(trailersBytesMax);
            expect(error.findDetails(ErrorInfoSchema)).toHaveLength(1);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("takes a smaller bound", () => {
    const violations = Array.from({ length: 20 }, () => ({
      field: "f".repeat(300),
      description: "d".repeat(300),
    }));
    const error = bounded(errorOf({ reason: "INVALID_FIELDS", violations }), 2_048);
    expect(toBinary(StatusSchema, statusOf(error)).length).toBeLessThanOrEqual(2_048);
  });
});
