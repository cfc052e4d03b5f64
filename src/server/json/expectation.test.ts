import type { DescEnum } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { RoleSchema } from "../../../gen/tallystick/v1/credential_pb.ts";
import { BillingTypeSchema } from "../../../gen/tallystick/v1/customer_pb.ts";
import { CreateTransferRequestSchema, TransferKindSchema } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { ManagementDialectSchema } from "../../../gen/tallystick/v1/organization_pb.ts";
import { Violations } from "../violations.ts";
import { meantName } from "./expectation.ts";
import { parseJson } from "./parse.ts";
import { readMessage } from "./read.ts";

it.each<[DescEnum, string, string]>([
  [TransferKindSchema, "CHARGE", "TRANSFER_KIND_CHARGE"],
  [TransferKindSchema, "charge", "TRANSFER_KIND_CHARGE"],
  [TransferKindSchema, "TRANSFER_KIND_CHARG", "TRANSFER_KIND_CHARGE"],
  [TransferKindSchema, "transfer_kind_charge", "TRANSFER_KIND_CHARGE"],
  [TransferKindSchema, "TRANSFER_CHARGE", ""],
  [RoleSchema, "WRITER", "ROLE_WRITER"],
  [BillingTypeSchema, "BILLING_TYPE_POSTPAD", "BILLING_TYPE_POSTPAID"],
  [ManagementDialectSchema, "EDGE", "MANAGEMENT_DIALECT_EDGE"],
  [ManagementDialectSchema, "x", "MANAGEMENT_DIALECT_X"],
  [RoleSchema, "owner", ""],
])("%s: for %s it suggests %j", (of, written, meant) => {
  expect(meantName(of, written)).toBe(meant === "" ? "" : `; did you mean ${meant}?`);
});

it("names all that fits, what came, and what was meant", () => {
  const violations = new Violations();
  const message = reflect(CreateTransferRequestSchema);
  readMessage(message, parseJson('{"kind": "CHARGE"}'), { unknownFields: "refused", violations });
  const names = TransferKindSchema.values.slice(1).map(({ name }) => name);
  expect(() => violations.throwIfAny()).toThrow(
    `kind: expected one of ${names.join(", ")}, got "CHARGE"; did you mean TRANSFER_KIND_CHARGE?`,
  );
});
