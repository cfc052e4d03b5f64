import {
  create,
  type DescMessage,
  type DescMethodUnary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { FrontierService } from "../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { CustomerService } from "../gen/tallystick/v1/customer_pb.ts";
import { LedgerService, TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { LimitsCheckService } from "../gen/tallystick/v1/limits_check_pb.ts";
import type { Job } from "./load/driver.ts";
import { placeholder, templateOf } from "./load/message.ts";

export type Request = Pick<Job, "protocol" | "path" | "template" | "perCall">;

const charge = {
  customer: placeholder.customer,
  kind: TransferKind.CHARGE,
  amount: "1",
  currency: "VC",
  key: placeholder.key,
  source: "bench",
};

/** One charge of one credit. */
export function chargeRequest(organization: string): Request {
  return requestOf(LedgerService.method.createTransfer, { organization, ...charge });
}

/** The same with a key that PostgreSQL stores behind those before it. */
export function orderedChargeRequest(organization: string): Request {
  const { orderedKey } = placeholder;
  return requestOf(LedgerService.method.createTransfer, { organization, ...charge, key: orderedKey });
}

/** The same over REST. */
export function restChargeRequest(organization: string): Request {
  const body = JSON.stringify({ ...charge, kind: "TRANSFER_KIND_CHARGE" });
  return {
    protocol: "REST",
    path: `/tallystick/v1/organizations/${organization}/transfers`,
    template: templateOf(Buffer.from(body)),
    perCall: 1,
  };
}

/** One credit from one customer to another. */
export function transferRequest(organization: string): Request {
  const transfer = { ...charge, kind: TransferKind.TRANSFER, toCustomer: placeholder.customer };
  return requestOf(LedgerService.method.createTransfer, { organization, ...transfer });
}

/** So many charges in one call, each with a verdict of its own. */
export function batchRequest(organization: string, charges: number): Request {
  const requests = Array.from({ length: charges }, () => charge);
  return requestOf(LedgerService.method.batchCreateTransfers, { organization, requests }, charges);
}

/** A customer with an id of its own. */
export function customerRequest(organization: string): Request {
  return requestOf(CustomerService.method.createCustomer, { organization, id: placeholder.customer });
}

/** So many credits in one call. */
export function creditsRequest(organization: string, amount: string, credits: number): Request {
  const requests = Array.from({ length: credits }, () => ({ ...charge, kind: TransferKind.CREDIT, amount }));
  return requestOf(LedgerService.method.batchCreateTransfers, { organization, requests }, credits);
}

/** A customer's balance, now or as of a moment. */
export function customerBalanceRequest(organization: string, at?: Date): Request {
  const { customer } = placeholder;
  const readTime = at === undefined ? {} : { readTime: timestampFromDate(at) };
  return requestOf(LedgerService.method.getBalance, { organization, customer, currency: "VC", ...readTime });
}

/** The first lines of an account's statement. */
export function statementRequest(organization: string, account: string): Request {
  return requestOf(LedgerService.method.listEntries, { organization, account, pageSize: 10 });
}

/** The balance of a billing account. */
export function balanceRequest(orgId: string, id: string): Request {
  return requestOf(FrontierService.method.getBillingBalance, { orgId, id });
}

/** What was ever debited from a billing account. */
export function totalDebitedRequest(orgId: string, billingId: string): Request {
  return requestOf(FrontierService.method.totalDebitedTransactions, { orgId, billingId });
}

/** The newest ten transactions of a billing account. */
export function transactionsRequest(orgId: string, billingId: string): Request {
  return requestOf(FrontierService.method.listBillingTransactions, { orgId, billingId, pageSize: 10 });
}

/** Whether a customer may spend one credit. */
export function checkLimitsRequest(organization: string): Request {
  const { customer } = placeholder;
  return requestOf(LimitsCheckService.method.checkLimits, {
    ...{ organization, customer, currency: "VC", amount: "1" },
  });
}

function requestOf<I extends DescMessage>(
  method: DescMethodUnary<I>,
  request: MessageInitShape<I>,
  perCall = 1,
): Request {
  const message = toBinary(method.input, create(method.input, request));
  const path = `/${method.parent.typeName}/${method.name}`;
  return { protocol: "gRPC", path, template: templateOf(message), perCall };
}
