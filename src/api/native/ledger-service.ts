import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  type BalanceSnapshotSchema,
  type CreateTransferRequest,
  TransferKind as KindMessage,
  type LedgerService,
  type Receipt as ReceiptMessage,
  ReceiptSchema,
} from "../../../gen/tallystick/v1/ledger_pb.ts";
import type { App } from "../../app.ts";
import { type AccountOwner, type AccountState, availableOf, balanceOf } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import { notFound } from "../../domain/refusal.ts";
import {
  customerEntry,
  type Entry,
  type Receipt,
  type TransferDraft,
  type TransferKind,
} from "../../domain/transfer.ts";
import { transferId } from "../../domain/transfer-id.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Customer } from "../../store/customers.ts";
import { type Call, callOf } from "../shared/call.ts";
import { errorOf } from "../shared/errors.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { structOf, timestampOf } from "../shared/proto.ts";

export function ledgerService(app: App): ServiceImpl<typeof LedgerService> {
  return {
    async createTransfer(request, context) {
      const call = callOf(app, context);
      const name = { idOrName: request.organization, field: "organization" };
      const { id: orgId } = await organizationFor(call, name, "writer");
      const narrowed = narrow(request);
      const customer = await customerNamed(call, orgId, request.customer);
      const draft = draftOf(narrowed, { orgId, customerId: customer.id });

      const verdict = await app.ledger.submit({ orgId, transfers: [draft] }, call.signal);
      if (verdict.outcome === "booked") return { receipt: receiptMessage(verdict.receipts[0]) };
      throw errorOf(verdict.refused[0].refusal);
    },
  };
}

type Narrowed = Omit<TransferDraft, "id" | "from" | "to">;

function narrow(request: CreateTransferRequest): Narrowed {
  const form = new Form();
  const currency = form.currency("currency", request.currency);
  form.text("customer", request.customer, { charactersMax: 254, required: true });
  const narrowed = {
    kind: kindOf(form, "kind", request.kind),
    amount: form.positiveAmount("amount", request.amount, currency),
    currency: currency.code,
    key: form.text("key", request.key, { charactersMax: 255 }) || null,
    source: form.text("source", request.source, { charactersMax: 255 }),
    description: form.text("description", request.description, { charactersMax: 1_024 }),
    userId: form.text("user_id", request.userId, { charactersMax: 255 }),
    metadata: form.metadata("metadata", request.metadata),
  };
  form.done();
  return narrowed;
}

function kindOf(form: Form, field: string, kind: KindMessage): TransferKind {
  if (kind === KindMessage.CHARGE) return "charge";
  if (kind !== KindMessage.CREDIT) form.refuse(field, "must be TRANSFER_KIND_CREDIT or TRANSFER_KIND_CHARGE");
  return "credit";
}

/** A customer by id or, inside its organization, by email. */
async function customerNamed(call: Call, orgId: string, name: string): Promise<Customer> {
  const { customers } = call.app;
  const customer = isUuid(name)
    ? await customers.find({ orgId, id: name }, call.signal)
    : await customers.findByEmail({ orgId, email: name }, call.signal);
  if (customer === undefined) throw notFound("customer", name);
  return customer;
}

function draftOf(narrowed: Narrowed, which: { orgId: string; customerId: string }): TransferDraft {
  const customer: AccountOwner = { customerId: which.customerId };
  const sides: Record<TransferKind, { from: AccountOwner; to: AccountOwner }> = {
    credit: { from: { role: "funding" }, to: customer },
    charge: { from: customer, to: { role: "revenue" } },
  };
  return { ...narrowed, ...sides[narrowed.kind], id: transferId({ orgId: which.orgId, key: narrowed.key }) };
}

function receiptMessage(receipt: Receipt): ReceiptMessage {
  const { transfer } = receipt;
  const entry = customerEntry(receipt);
  return create(ReceiptSchema, {
    transfer: {
      id: transfer.id,
      key: transfer.key ?? "",
      kind: transfer.kind === "credit" ? KindMessage.CREDIT : KindMessage.CHARGE,
      customerId: "customerId" in entry.account.owner ? entry.account.owner.customerId : "",
      amount: transfer.amount.toString(),
      currency: transfer.currency,
      source: transfer.source,
      description: transfer.description,
      userId: transfer.userId,
      metadata: structOf(transfer.metadata),
      createTime: timestampOf(transfer.createdAt),
    },
    accountId: entry.account.id,
    accountVersion: BigInt(entry.account.version),
    before: snapshotBefore(entry),
    after: snapshot(entry.account),
    replay: receipt.replay,
  });
}

function snapshotBefore({ account, amount }: Entry): MessageInitShape<typeof BalanceSnapshotSchema> {
  return snapshot({ ...account, funded: account.funded.minus(amount) });
}

function snapshot(account: Pick<AccountState, "funded" | "spent" | "held" | "minimumBalance">) {
  return {
    posted: balanceOf(account).toString(),
    held: account.held.toString(),
    available: (availableOf(account) ?? Amount.zero).toString(),
  };
}
