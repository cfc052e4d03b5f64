import { createClient, type Transport } from "@connectrpc/connect";
import {
  LedgerService,
  type Transfer,
  TransferKind,
  TransferSchema,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { jsonLineOf, lineOf, type Printed, timeOf, wordOf } from "./printed.ts";
import type { Surroundings } from "./surroundings.ts";

export interface WatchOptions extends Printed {
  readonly organization: string;
  /** Where to go on; from the beginning without it. */
  readonly token?: string;
  /** Between two questions while nothing is new, in milliseconds. */
  readonly interval: number;
  /** Ends where nothing is new. */
  readonly once?: boolean;
}

/**
 * Prints transfers in the order in which they were done, and then whatever comes, until the signal. Whatever ends it, the last
 * line on standard error is the token by which another one goes on.
 */
export async function watch(
  ledger: Transport,
  { organization, token = "", interval, once = false, json }: WatchOptions,
  { stdout, stderr, signal }: Pick<Surroundings, "stdout" | "stderr"> & { readonly signal: AbortSignal },
): Promise<void> {
  const client = createClient(LedgerService, ledger);
  let pageToken = token;
  try {
    while (!signal.aborted) {
      const page = await client.listTransfers({ organization, ascending: true, pageSize: 1_000, pageToken });
      for (const transfer of page.transfers) stdout.write(transferLine(transfer, json));
      // A page that shows nothing may have looked at what is no transfer: then it has another token.
      const isOver = page.transfers.length === 0 && page.nextPageToken === pageToken;
      pageToken = page.nextPageToken;
      if (!isOver) continue;
      if (once) return;
      await pause(interval, signal);
    }
  } finally {
    if (pageToken !== "") stderr.write(`Go on with --token ${pageToken}\n`);
  }
}

function transferLine(transfer: Transfer, json?: true): string {
  if (json) return jsonLineOf(TransferSchema, transfer);
  const { createTime, id, kind, customerId, amount, currency, description } = transfer;
  const name = wordOf(TransferKind, kind);
  return lineOf(timeOf(createTime), id, name.padEnd(10), customerId, amount, currency, description);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
