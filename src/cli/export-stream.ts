import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  type ExportEntriesRequest,
  type ExportEntriesResponse,
  LedgerService,
} from "../../gen/tallystick/v1/ledger_pb.ts";
import { isAway } from "./remote/failure.ts";

type Asked = Partial<Omit<ExportEntriesRequest, "$typeName" | "$unknown" | "pageToken">>;

/** In vain one after the other; half a minute with their pauses. */
const attemptsMax = 6;
const firstPauseMs = 500;

/**
 * All messages of an export, however many calls it takes: each goes on where the one before ended, or was lost. A ledger that has
 * never answered is not asked again.
 */
export async function* exportedMessages(
  ledger: Transport,
  asked: Asked,
): AsyncIterable<ExportEntriesResponse> {
  const client = createClient(LedgerService, ledger);
  let pageToken = "";
  let isWhole = false;
  for (let failures = 0; !isWhole; ) {
    try {
      for await (const message of client.exportEntries({ ...asked, pageToken })) {
        yield message;
        failures = 0;
        pageToken = message.nextPageToken;
        isWhole = pageToken === "";
      }
    } catch (error) {
      if (isWhole) return;
      failures += 1;
      if (pageToken === "" || failures >= attemptsMax || !isPassing(error)) throw error;
      await sleep(firstPauseMs * 2 ** (failures - 1));
    }
  }
}

/** Nothing is changed, so whatever may pass is asked again. */
function isPassing(error: unknown): boolean {
  const codes = [Code.ResourceExhausted, Code.Internal, Code.Aborted, Code.Canceled, Code.Unknown];
  return isAway(error) || (error instanceof ConnectError && codes.includes(error.code));
}
