export { Permission } from "../../../gen/tallystick/options/v1/options_pb.ts";
export { Role } from "../../../gen/tallystick/v1/credential_pb.ts";
export { CurrencyState } from "../../../gen/tallystick/v1/currency_pb.ts";
export { BillingType, CustomerMatchKind, CustomerState } from "../../../gen/tallystick/v1/customer_pb.ts";
export {
  type Entry,
  ExpiryPolicy,
  type Hold,
  HoldState,
  OveragePolicy,
  StatementFormat,
  type Transfer,
  TransferKind,
} from "../../../gen/tallystick/v1/ledger_pb.ts";
export { ManagementDialect, OrganizationState } from "../../../gen/tallystick/v1/organization_pb.ts";
export { OperationKind } from "../../../gen/tallystick/v1/refusal_pb.ts";
export { createTallystick, type Tallystick } from "./client.ts";
export { type ExportOptions, exportPages } from "./export.ts";
export { type FollowOptions, followTransfers } from "./follow.ts";
export { factsOf, reasonOf, violationsOf } from "./reason.ts";
export { type CompleteReceipt, receiptOf } from "./receipt.ts";
export { createTallystickTransport, type TallystickOptions } from "./transport.ts";
