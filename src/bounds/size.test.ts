import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { CustomerSchema } from "../../gen/tallystick/v1/customer_pb.ts";
import { HoldSchema, TransferSchema } from "../../gen/tallystick/v1/ledger_pb.ts";
import { bytesOf } from "./size.ts";

const text = fc.string({ unit: "grapheme" });
const struct = fc.dictionary(text, fc.jsonValue({ maxDepth: 3 }));

describe("bytesOf", () => {
  it("is no less than a message has, whatever is in it", () => {
    fc.assert(
      fc.property(text, struct, fc.bigInt({ min: 0n, max: 2n ** 62n }), (description, metadata, seconds) => {
        const createTime = { seconds, nanos: 999_999_999 };
        const fields = { id: description, description, createTime, metadata: metadata as never };
        const transfer = create(TransferSchema, fields);
        const hold = create(HoldSchema, { ...fields, expireTime: createTime });
        expect(bytesOf(transfer)).toBeGreaterThanOrEqual(toBinary(TransferSchema, transfer).length);
        expect(bytesOf(hold)).toBeGreaterThanOrEqual(toBinary(HoldSchema, hold).length);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(text, text), (attributes) => {
        const customer = create(CustomerSchema, { name: "Ann", attributes });
        expect(bytesOf(customer)).toBeGreaterThanOrEqual(toBinary(CustomerSchema, customer).length);
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
