import { setMaxListeners } from "node:events";
import { create } from "@bufbuild/protobuf";
import type { ConnectError, ServiceImpl } from "@connectrpc/connect";
import {
  type LedgerService,
  type TransferResult,
  TransferResultSchema,
} from "../../../gen/tallystick/v1/ledger_pb.ts";
import type { App } from "../../app.ts";
import type { RefundOperation, TransferOperation, Verdict } from "../../domain/command.ts";
import { isNonEmpty, type NonEmpty } from "../../domain/non-empty.ts";
import { operationId } from "../../domain/operation-id.ts";
import { notFound, Refused } from "../../domain/refusal.ts";
import type { Transfer } from "../../domain/transfer.ts";
import { commandOperationsMax } from "../../ledger/ledger.ts";
import { type Call, callOf } from "../shared/call.ts";
import { errorOf, statusOf } from "../shared/errors.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { holdersFor } from "./customer-name.ts";
import { groupError } from "./ledger/group-error.ts";
import { keptCurrency } from "./ledger/kept-currency.ts";
import { receiptMessage, transferMessage } from "./ledger/messages.ts";
import { submitOne } from "./ledger/submit.ts";
import { narrowTransfer, type TransferRequest, transferOperation } from "./ledger/transfer-request.ts";

type Methods = "createTransfer" | "batchCreateTransfers" | "getTransfer" | "refundTransfer";

export function transferMethods(app: App): Pick<ServiceImpl<typeof LedgerService>, Methods> {
  return {
    async createTransfer(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "writer");
      const form = new Form();
      const narrowed = await narrowTransfer(call, { orgId, form }, request);
      form.done();
      const operation = await transferOperation(holdersFor(call, orgId), orgId, narrowed);
      const receipt = await submitOne(call, { orgId, operation, dryRun: request.validateOnly });
      return { receipt: receiptMessage(receipt) };
    },

    async batchCreateTransfers(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "writer");
      const form = new Form();
      const rows = request.requests;
      if (rows.length < 1 || rows.length > commandOperationsMax) {
        form.refuse(
          "requests",
          `has ${rows.length} transfers; 1 to ${commandOperationsMax} fit in one batch`,
        );
        form.done();
      }
      const narrowed: TransferRequest[] = [];
      for (const [index, row] of rows.entries()) {
        const prefix = `requests[${index}].`;
        if (row.organization !== "")
          form.refuse(`${prefix}organization`, "is named once, for the whole batch");
        if (row.validateOnly) form.refuse(`${prefix}validate_only`, "is said once, for the whole batch");
        narrowed.push(await narrowTransfer(call, { orgId, form, prefix }, row));
      }
      form.done();
      // Each transfer of a batch listens to the one caller's signal.
      setMaxListeners(0, call.signal);
      const holderOf = holdersFor(call, orgId);
      const operations = await Promise.all(narrowed.map((each) => transferOperation(holderOf, orgId, each)));
      if (!isNonEmpty(operations)) throw new Error("an empty batch was let through");
      const dryRun = request.validateOnly;
      const results = request.atomic
        ? await bookTogether(call, { orgId, operations, dryRun })
        : await bookEach(call, { orgId, operations, dryRun });
      return { results };
    },

    async getTransfer(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "reader");
      return { transfer: transferMessage(await transferNamed(call, orgId, request.transfer)) };
    },

    async refundTransfer(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "writer");
      const transfer = await transferNamed(call, orgId, request.transfer);
      const { from, to } = transfer;
      if (
        (transfer.kind !== "charge" && transfer.kind !== "capture") ||
        !("customerId" in from) ||
        !("role" in to)
      ) {
        throw new Refused({ reason: "NOT_REFUNDABLE", transferId: transfer.id, kind: transfer.kind });
      }
      const form = new Form();
      const currency = await keptCurrency(call, orgId, transfer.currency);
      const key = form.key("key", request.key);
      const operation: RefundOperation = {
        type: "refund",
        id: operationId({ orgId, key }),
        key,
        refundOf: transfer.id,
        amount: request.amount === "" ? null : form.positiveAmount("amount", request.amount, currency),
        customerId: from.customerId,
        counterRole: to.role,
        currency: transfer.currency,
        source: transfer.source,
        description: form.text("description", request.description, { charactersMax: 1_024 }),
        userId: form.text("user_id", request.userId, { charactersMax: 255 }),
        metadata: form.metadata("metadata", request.metadata),
      };
      form.done();
      const receipt = await submitOne(call, { orgId, operation, dryRun: request.validateOnly });
      return { receipt: receiptMessage(receipt) };
    },
  };
}

interface Batch {
  readonly orgId: string;
  readonly operations: NonEmpty<TransferOperation>;
  readonly dryRun: boolean;
}

async function bookTogether(call: Call, { orgId, operations, dryRun }: Batch): Promise<TransferResult[]> {
  const verdict = await call.app.ledger.submit({ orgId, operations, dryRun }, call.departure);
  if (verdict.outcome === "refused") throw groupError(verdict.refused);
  return verdict.receipts.map((receipt) => resultOf(receiptMessage(receipt)));
}

async function bookEach(call: Call, { orgId, operations, dryRun }: Batch): Promise<TransferResult[]> {
  const verdicts = await Promise.all(
    operations.map((operation) =>
      call.app.ledger.submit({ orgId, operations: [operation], dryRun }, call.departure),
    ),
  );
  return verdicts.map(resultOfVerdict);
}

function resultOfVerdict(verdict: Verdict): TransferResult {
  if (verdict.outcome === "done") return resultOf(receiptMessage(verdict.receipts[0]));
  const error: ConnectError = errorOf(verdict.refused[0].refusal);
  return create(TransferResultSchema, { result: { case: "error", value: statusOf(error) } });
}

function resultOf(receipt: ReturnType<typeof receiptMessage>): TransferResult {
  return create(TransferResultSchema, { result: { case: "receipt", value: receipt } });
}

async function transferNamed(call: Call, orgId: string, id: string): Promise<Transfer> {
  const form = new Form();
  const transferId = form.uuid("transfer", id);
  form.done();
  const transfer = await call.app.transfers.find({ orgId, id: transferId }, call.signal);
  if (transfer === undefined) throw notFound("transfer", id);
  return transfer;
}
