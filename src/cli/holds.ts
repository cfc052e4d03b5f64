import { create } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import {
  type Hold,
  HoldState,
  LedgerService,
  ListHoldsResponseSchema,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import type { OfOrganization } from "./customers.ts";
import { firstRows } from "./pages.ts";
import { jsonOf, tableOf, timeOf, wordOf } from "./printed.ts";
import type { Surroundings } from "./surroundings.ts";

const states = {
  active: HoldState.ACTIVE,
  captured: HoldState.CAPTURED,
  released: HoldState.RELEASED,
  expired: HoldState.EXPIRED,
} as const;

export interface ListHoldsOptions extends OfOrganization {
  /** Id or email; all of them without it. */
  readonly customer?: string;
  /** Any without it. */
  readonly state?: keyof typeof states;
  readonly limit: number;
}

/** Lists holds, newest first. */
export async function listHolds(
  ledger: Transport,
  { organization, customer = "", state, limit, json }: ListHoldsOptions,
  surroundings: Pick<Surroundings, "stderr">,
): Promise<string> {
  const client = createClient(LedgerService, ledger);
  const wanted = { organization, customer, ...(state && { state: states[state] }) };
  const { rows, nextPageToken } = await firstRows(limit, surroundings, async (asked) => {
    const page = await client.listHolds({ ...wanted, ...asked });
    return { rows: page.holds, next: page.nextPageToken };
  });
  if (json)
    return jsonOf(ListHoldsResponseSchema, create(ListHoldsResponseSchema, { holds: rows, nextPageToken }));
  return tableOf(["made", "id", "customer", "state", "left", "of", "currency", "expires"], rows.map(rowOf));
}

function rowOf({ createTime, id, customerId, state, remaining, amount, currency, expireTime }: Hold) {
  const word = wordOf(HoldState, state);
  return [timeOf(createTime), id, customerId, word, remaining, amount, currency, timeOf(expireTime)];
}
