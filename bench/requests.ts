import { create, type DescMethod, toBinary } from "@bufbuild/protobuf";
import {
  FrontierService,
  GetBillingBalanceRequestSchema,
} from "../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import {
  BatchCreateTransfersRequestSchema,
  CreateTransferRequestSchema,
  LedgerService,
  TransferKind,
} from "../gen/tallystick/v1/ledger_pb.ts";
import type { LoadJob } from "./load/client.ts";
import { placeholder, templateOf } from "./load/message.ts";

type Request = Pick<LoadJob, "path" | "template">;

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

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}
