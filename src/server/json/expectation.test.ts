import type { DescMessage } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { CreateCredentialRequestSchema } from "../../../gen/tallystick/v1/credential_pb.ts";
import { CreateCustomerRequestSchema } from "../../../gen/tallystick/v1/customer_pb.ts";
import {
  CreateTransferRequestSchema,
  ListTransfersRequestSchema,
} from "../../../gen/tallystick/v1/ledger_pb.ts";
import { CreateOrganizationRequestSchema } from "../../../gen/tallystick/v1/organization_pb.ts";
import { Violations } from "../requests/violations.ts";
import { meantName } from "./expectation.ts";
import { parseJson } from "./parse.ts";
import { readMessage } from "./read.ts";

it.each<[DescMessage, string, string, string]>([
  [CreateTransferRequestSchema, "kind", "CHARGE", "TRANSFER_KIND_CHARGE"],
  [CreateTransferRequestSchema, "kind", "charge", "TRANSFER_KIND_CHARGE"],
  [CreateTransferRequestSchema, "kind", "TRANSFER_KIND_CHARG", "TRANSFER_KIND_CHARGE"],
  [CreateTransferRequestSchema, "kind", "transfer_kind_charge", "TRANSFER_KIND_CHARGE"],
  [CreateTransferRequestSchema, "kind", "TRANSFER_CHARGE", ""],
  [CreateTransferRequestSchema, "kind", "CAPTURE", ""],
  [ListTransfersRequestSchema, "kind", "CAPTURE", "TRANSFER_KIND_CAPTURE"],
  [CreateCredentialRequestSchema, "role", "WRITER", "ROLE_WRITER"],
  [CreateCustomerRequestSchema, "billing_type", "BILLING_TYPE_POSTPAD", "BILLING_TYPE_POSTPAID"],
  [CreateOrganizationRequestSchema, "management_dialect", "EDGE", "MANAGEMENT_DIALECT_EDGE"],
  [CreateOrganizationRequestSchema, "management_dialect", "x", "MANAGEMENT_DIALECT_X"],
  [CreateCredentialRequestSchema, "role", "owner", ""],
])("%s: for its %s %j it suggests %j", (of, name, written, meant) => {
  const field = of.fields.find((each) => each.name === name);
  expect(field && meantName(field, written)).toBe(meant === "" ? "" : `; did you mean ${meant}?`);
});

it("names all that is taken, what came, and what was meant", () => {
  const violations = new Violations();
  const message = reflect(CreateTransferRequestSchema);
  readMessage(message, parseJson('{"kind": "CHARGE"}'), { unknownFields: "refused", violations });
  const names = ["CREDIT", "CHARGE", "ADJUSTMENT", "TRANSFER"].map((name) => `TRANSFER_KIND_${name}`);
  expect(() => violations.throwIfAny()).toThrow(
    `kind: expected one of ${names.join(", ")}, got "CHARGE"; did you mean TRANSFER_KIND_CHARGE?`,
  );
});
