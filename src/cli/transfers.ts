import { create } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import {
  LedgerService,
  ListTransfersResponseSchema,
  type Transfer,
  TransferKind,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import type { OfOrganization } from "./customers.ts";
import { firstRows } from "./pages.ts";
import { type Period, periodOf } from "./period.ts";
import { jsonOf, tableOf, timeOf, wordOf } from "./printed.ts";
import type { Surroundings } from "./surroundings.ts";

const kinds = {
  credit: TransferKind.CREDIT,
  charge: TransferKind.CHARGE,
  adjustment: TransferKind.ADJUSTMENT,
  transfer: TransferKind.TRANSFER,
  refund: TransferKind.REFUND,
  capture: TransferKind.CAPTURE,
  reversal: TransferKind.REVERSAL,
} as const;

export interface ListTransfersOptions extends OfOrganization, Period {
  /** Id or email; all of them without it. */
  readonly customer?: string;
  /** Any without it. */
  readonly kind?: keyof typeof kinds;
  readonly limit: number;
}

/** Lists transfers, newest first. */
export async function listTransfers(
  ledger: Transport,
  { organization, customer = "", kind, limit, json, ...period }: ListTransfersOptions,
  surroundings: Pick<Surroundings, "stderr">,
): Promise<string> {
  const client = createClient(LedgerService, ledger);
  const wanted = {
    ...{ organization, customer },
    ...(kind && { kind: kinds[kind] }),
    ...periodOf(period),
  };
  const { rows, nextPageToken } = await firstRows(limit, surroundings, async (asked) => {
    const page = await client.listTransfers({ ...wanted, ...asked });
    return { rows: page.transfers, next: page.nextPageToken };
  });
  if (!json)
    return tableOf(["made", "id", "kind", "customer", "amount", "currency", "what for"], rows.map(rowOf));
  return jsonOf(
    ListTransfersResponseSchema,
    create(ListTransfersResponseSchema, { transfers: rows, nextPageToken }),
  );
}

function rowOf({ createTime, id, kind, customerId, amount, currency, description, source }: Transfer) {
  const word = wordOf(TransferKind, kind);
  return [timeOf(createTime), id, word, customerId, amount, currency, description || source];
}
