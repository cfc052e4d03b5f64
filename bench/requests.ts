import { create, type DescMethod, toBinary } from "@bufbuild/protobuf";
import {
  FrontierService,
  GetBillingBalanceRequestSchema,
  ListBillingTransactionsRequestSchema,
  TotalDebitedTransactionsRequestSchema,
} from "../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import {
  BatchCreateTransfersRequestSchema,
  CreateTransferRequestSchema,
  LedgerService,
  TransferKind,
} from "../gen/tallystick/v1/ledger_pb.ts";
import { CheckLimitsRequestSchema, LimitsCheckService } from "../gen/tallystick/v1/limits_check_pb.ts";
import type { LoadJob } from "./load/client.ts";
import { placeholder, templateOf } from "./load/message.ts";

export type Request = Pick<LoadJob, "path" | "template">;

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
  const message = create(CreateTransferRequestSchema, { organization, ...charge });
  return {
    path: pathOf(LedgerService.method.createTransfer),
    template: templateOf(toBinary(CreateTransferRequestSchema, message)),
  };
}

/** So many charges in one call, each with a verdict of its own. */
export function batchRequest(organization: string, charges: number): Request {
  const requests = Array.from({ length: charges }, () => charge);
  const message = create(BatchCreateTransfersRequestSchema, { organization, requests });
  return {
    path: pathOf(LedgerService.method.batchCreateTransfers),
    template: templateOf(toBinary(BatchCreateTransfersRequestSchema, message)),
  };
}

/** The balance of a billing account. */
export function balanceRequest(orgId: string, id: string): Request {
  const message = create(GetBillingBalanceRequestSchema, { orgId, id });
  return {
    path: pathOf(FrontierService.method.getBillingBalance),
    template: templateOf(toBinary(GetBillingBalanceRequestSchema, message)),
  };
}

/** What was ever debited from a billing account. */
export function totalDebitedRequest(orgId: string, billingId: string): Request {
  const message = create(TotalDebitedTransactionsRequestSchema, { orgId, billingId });
  return {
    path: pathOf(FrontierService.method.totalDebitedTransactions),
    template: templateOf(toBinary(TotalDebitedTransactionsRequestSchema, message)),
  };
}

/** The newest ten transactions of a billing account. */
export function transactionsRequest(orgId: string, billingId: string): Request {
  const message = create(ListBillingTransactionsRequestSchema, { orgId, billingId, pageSize: 10 });
  return {
    path: pathOf(FrontierService.method.listBillingTransactions),
    template: templateOf(toBinary(ListBillingTransactionsRequestSchema, message)),
  };
}

/** Whether a customer may spend one credit. */
export function checkLimitsRequest(organization: string): Request {
  const { customer } = placeholder;
  const message = create(CheckLimitsRequestSchema, { organization, customer, currency: "VC", amount: "1" });
  return {
    path: pathOf(LimitsCheckService.method.checkLimits),
    template: templateOf(toBinary(CheckLimitsRequestSchema, message)),
  };
}

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}
