import { setTimeout as sleep } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import type {
  ExportEntriesRequestSchema,
  ExportEntriesResponse,
  LedgerService,
} from "../../../gen/tallystick/v1/ledger_pb.ts";
import { reasonOf } from "./reason.ts";
import { isPassing, pauseAfter } from "./retry.ts";

export interface ExportOptions {
  readonly signal?: AbortSignal;
  /** How long it is tried in vain to go on. Default: a minute. */
  readonly timeoutMs?: number;
}

const strangeMs = 5_000;

/**
 * The entries of a period, some in each page, in however many calls it takes: where one ends, or is lost, the next goes on. To go
 * on after a crash, keep the last page's `nextPageToken`, and give it as `pageToken`; the last page has none.
 *
 * @throws ConnectError where asking again does not help, or has not helped for so long
 */
export async function* exportPages(
  ledger: Client<typeof LedgerService>,
  request: MessageInitShape<typeof ExportEntriesRequestSchema>,
  { signal, timeoutMs = 60_000 }: ExportOptions = {},
): AsyncGenerator<ExportEntriesResponse, void, undefined> {
  let pageToken = request.pageToken ?? "";
  let isKnown = false;
  let attempts = 0;
  let since = performance.now();
  for (let isWhole = false; !isWhole; ) {
    try {
      const call = (signal: AbortSignal) => ledger.exportEntries({ ...request, pageToken }, { signal });
      for await (const page of endingWithReader(call, signal)) {
        yield page;
        pageToken = page.nextPageToken;
        isWhole = pageToken === "";
        // A reader takes its time between pages, which does not count.
        [isKnown, attempts, since] = [true, 0, performance.now()];
      }
    } catch (error) {
      if (isWhole) return;
      if (signal?.aborted || !isPassing(error)) throw error;
      isKnown ||= reasonOf(error) !== undefined;
      const waitMs = pauseAfter(error, attempts++);
      const patienceMs = isKnown ? timeoutMs : Math.min(strangeMs, timeoutMs);
      if (performance.now() + waitMs - since >= patienceMs) throw error;
      await sleep(waitMs, undefined, { signal }).catch(() => {
        throw ConnectError.from(signal?.reason, Code.Canceled);
      });
    }
  }
}

/** The messages of a call, which ends with whoever reads them. Connect's goes on when its reader leaves, until its deadline. */
async function* endingWithReader<T>(
  call: (signal: AbortSignal) => AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const ending = new AbortController();
  const end = () => ending.abort(signal?.reason);
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end);
  const messages = call(ending.signal)[Symbol.asyncIterator]();
  try {
    for (let next = await messages.next(); next.done !== true; next = await messages.next()) yield next.value;
  } finally {
    signal?.removeEventListener("abort", end);
    ending.abort();
    // It notices when it is asked.
    await messages.next().catch(() => undefined);
  }
}
