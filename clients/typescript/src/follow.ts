import { setTimeout as sleep } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type {
  LedgerService,
  ListTransfersRequestSchema,
  ListTransfersResponse,
} from "../../../gen/tallystick/v1/ledger_pb.ts";

export interface FollowOptions {
  /** Ends it, quietly. */
  readonly signal?: AbortSignal;
  /** Between two questions while nothing is new. Default: a second. */
  readonly intervalMs?: number;
}

/**
 * Transfers in the order in which they were done, and then whatever comes, some in each page, until the signal. None is skipped and
 * none repeated: keep `nextPageToken` with what you made of the page, and give it as `pageToken` to go on.
 */
export async function* followTransfers(
  ledger: Client<typeof LedgerService>,
  request: MessageInitShape<typeof ListTransfersRequestSchema>,
  { signal, intervalMs = 1_000 }: FollowOptions = {},
): AsyncGenerator<ListTransfersResponse, void, undefined> {
  let pageToken = request.pageToken ?? "";
  while (!signal?.aborted) {
    const page = await ledger
      .listTransfers({ ...request, ascending: true, pageToken }, { ...(signal && { signal }) })
      .catch((error: unknown) => {
        if (signal?.aborted) return undefined;
        throw error;
      });
    if (page === undefined) return;
    if (page.transfers.length > 0) yield page;
    // A page that shows nothing may have looked at what does not fit: then it has another token.
    const isOver = page.transfers.length === 0 && page.nextPageToken === pageToken;
    pageToken = page.nextPageToken;
    if (isOver) await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}
