import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type CaptureHoldRequestSchema,
  type CreateHoldRequestSchema,
  type CreateTransferRequestSchema,
  type ListTransfersRequestSchema,
  type Receipt,
  type RefundTransferRequestSchema,
  type ReverseTransferRequestSchema,
  TransferKind,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { connectClients, type Tenant, type TestService } from "../support/service.ts";
import { withSql } from "../support/sql.ts";

/** The ledger as a tenant's writer calls it: about its customer and in VC, where nothing else is said. */
export function ledgerCalls(service: Pick<TestService, "url">, tenant: Tenant, as = tenant.writer) {
  const { ledger } = connectClients(service.url, as);
  const organization = tenant.orgId;
  const defaults = { organization, customer: tenant.billingId, currency: "VC" };
  const transfer = async (asked: MessageInitShape<typeof CreateTransferRequestSchema>) =>
    receiptOf(await ledger.createTransfer({ ...defaults, ...asked }));
  return {
    ledger,
    transfer,
    credit: (amount: string, more: MessageInitShape<typeof CreateTransferRequestSchema> = {}) =>
      transfer({ ...more, kind: TransferKind.CREDIT, amount }),
    charge: (amount: string, more: MessageInitShape<typeof CreateTransferRequestSchema> = {}) =>
      transfer({ ...more, kind: TransferKind.CHARGE, amount }),
    refund: async (transfer: string, more: MessageInitShape<typeof RefundTransferRequestSchema> = {}) =>
      receiptOf(await ledger.refundTransfer({ organization, transfer, ...more })),
    reverse: async (transfer: string, more: MessageInitShape<typeof ReverseTransferRequestSchema> = {}) =>
      receiptOf(await ledger.reverseTransfer({ organization, transfer, ...more })),
    hold: async (amount: string, more: MessageInitShape<typeof CreateHoldRequestSchema> = {}) =>
      receiptOf(await ledger.createHold({ ...defaults, amount, ...more })),
    capture: async (hold: string, more: MessageInitShape<typeof CaptureHoldRequestSchema> = {}) =>
      receiptOf(await ledger.captureHold({ organization, hold, ...more })),
    balance: (currency = "VC") => ledger.getBalance({ ...defaults, currency }),
    /** Pages through a listing to its end: oldest first each page has a token, and the end is a page without rows. */
    listAll: (asked: MessageInitShape<typeof ListTransfersRequestSchema> = {}) =>
      allPages(async (pageToken) => {
        const page = await ledger.listTransfers({ organization, ...asked, pageToken });
        const isEnd = asked.ascending === true && page.transfers.length === 0;
        return { rows: page.transfers, nextPageToken: isEnd ? "" : page.nextPageToken };
      }),
  };
}

/** The id of the hold of a receipt. */
export function holdIdOf({ hold }: Receipt): string {
  if (hold === undefined) throw new Error("no hold");
  return hold.id;
}

export function transferIdOf({ transfer }: Receipt): string {
  if (transfer === undefined) throw new Error("no transfer");
  return transfer.id;
}

/** Disables a customer behind the service's back: no method does yet. */
export async function disable({ databaseUrl }: Pick<TestService, "databaseUrl">, customerId: string) {
  await withSql(databaseUrl, (sql) => sql`update customers set state = 'disabled' where id = ${customerId}`);
}

/** What the service's own audit finds wrong with its books, or those of one organization: nothing. */
export async function violations(
  { url, platform }: Pick<TestService, "url" | "platform">,
  organization = "",
) {
  return (await connectClients(url, platform).ledger.verifyLedger({ organization })).violations;
}

/** Every row of a listing, in its order. */
export async function allPages<T>(
  page: (token: string) => Promise<{ rows: readonly T[]; nextPageToken: string }>,
): Promise<T[]> {
  const rows: T[] = [];
  let token = "";
  do {
    const answer = await page(token);
    rows.push(...answer.rows);
    token = answer.nextPageToken;
  } while (token !== "");
  return rows;
}

function receiptOf({ receipt }: { receipt?: Receipt | undefined }): Receipt {
  if (receipt === undefined) throw new Error("no receipt");
  return receipt;
}
