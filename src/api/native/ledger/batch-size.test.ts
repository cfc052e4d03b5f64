import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import {
  CreateTransferRequestSchema,
  TransferKind,
  TransferResultSchema,
} from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { resultBytesMax } from "./batch-size.ts";

const id = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
/** The longest client id, of characters that JSON writes as two. */
const createdBy = '"'.repeat(128);
const amount = "-9999999999999999999.999999999";
const figures = { posted: amount, held: amount, available: amount };

it.each([0, 1_000])(
  "the largest receipt of a transfer with texts of %i characters is no more",
  (characters) => {
    const said = {
      kind: TransferKind.ADJUSTMENT,
      amount,
      currency: "CREDITS_10",
      description: '"'.repeat(characters),
      metadata: {
        note: "\u0001".repeat(characters),
        nothing: Array.from({ length: characters }, () => null),
      },
    };
    const transfer = { ...said, id, customerId: id, toCustomerId: id, createdBy };
    const result = create(TransferResultSchema, {
      result: {
        case: "receipt",
        value: {
          transfer: { ...transfer, createTime: { seconds: 1_795_637_000n, nanos: 999_999_999 } },
          accountId: id,
          accountVersion: 2n ** 63n - 1n,
          accountSequence: 2n ** 63n - 1n,
          before: figures,
          after: figures,
          replay: true,
          createdBy,
        },
      },
    });
    const row = create(CreateTransferRequestSchema, { ...said, customer: "a@b" });
    expect(toBinary(TransferResultSchema, result).length).toBeLessThanOrEqual(resultBytesMax(row));
    expect(Buffer.byteLength(toJsonString(TransferResultSchema, result))).toBeLessThanOrEqual(
      resultBytesMax(row),
    );
  },
);
