import { create, type DescMessage, type MessageShape, toBinary, toJsonString } from "@bufbuild/protobuf";
import fc from "fast-check";
import { CustomerSchema } from "../../gen/tallystick/v1/customer_pb.ts";
import { HoldSchema, HoldState, TransferKind, TransferSchema } from "../../gen/tallystick/v1/ledger_pb.ts";
import { bytesOf } from "./size.ts";

const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary-ascii" }));
const struct = fc.dictionary(text, fc.jsonValue({ maxDepth: 3 }));

function largest<D extends DescMessage>(desc: D, message: MessageShape<D>): number {
  return Math.max(toBinary(desc, message).length, Buffer.byteLength(toJsonString(desc, message)));
}

describe("bytesOf", () => {
  it("is no less than a message has in protobuf or JSON, whatever is in it", () => {
    fc.assert(
      fc.property(
        text,
        struct,
        fc.bigInt({ min: 0n, max: 253_402_300_799n }),
        (description, metadata, seconds) => {
          const createTime = { seconds, nanos: 999_999_999 };
          const fields = {
            id: description,
            kind: TransferKind.ADJUSTMENT,
            state: HoldState.RELEASED,
            description,
            createTime,
            metadata: metadata as never,
          };
          const transfer = create(TransferSchema, fields);
          const hold = create(HoldSchema, { ...fields, expireTime: createTime });
          expect(bytesOf(transfer)).toBeGreaterThanOrEqual(largest(TransferSchema, transfer));
          expect(bytesOf(hold)).toBeGreaterThanOrEqual(largest(HoldSchema, hold));
        },
      ),
    );
    fc.assert(
      fc.property(fc.dictionary(text, text), (attributes) => {
        const customer = create(CustomerSchema, { name: "Ann", attributes });
        expect(bytesOf(customer)).toBeGreaterThanOrEqual(largest(CustomerSchema, customer));
      }),
    );
  });

  it("is not much more for what is large", () => {
    const transfer = create(TransferSchema, {
      description: "x".repeat(1_000),
      metadata: { note: "y".repeat(4_000) },
    });
    expect(bytesOf(transfer)).toBeLessThan(5_200);
  });
});
