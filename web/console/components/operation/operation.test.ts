import { create } from "@bufbuild/protobuf";
import { CustomerSchema } from "../../../../gen/tallystick/v1/customer_pb.ts";
import { HoldSchema, TransferSchema } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { charge, credit, hold } from "./on-customer.ts";
import { capture } from "./on-hold.ts";
import { refund } from "./on-transfer.ts";

const customer = create(CustomerSchema, { id: "01a21423-3dd3-7000-8000-0bab6e2f4418" });
const on = (organization: string) => ({
  ...{ organization, customer, currency: "VC" },
  hold: create(HoldSchema, { id: "01a21423-3dd3-7000-8000-0bab6e2f4419" }),
  transfer: create(TransferSchema, { id: "01a21423-3dd3-7000-8000-0bab6e2f441a" }),
});

it.each([
  ["credit", credit],
  ["charge", charge],
  ["hold", hold],
  ["capture", capture],
  ["refund", refund],
])("a %s has one form, and so one key, by each name of its organization", (_, operation) => {
  expect(operation(on("demo")).id).toBe(operation(on("01a21423-3dd3-7000-8000-0bab6e2f4417")).id);
});
