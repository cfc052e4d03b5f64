import type { ConnectError } from "@connectrpc/connect";
import { unavailable } from "../reasoned.ts";

/** What a call is told that still runs when the server has waited for long enough. */
export function cutOff(): ConnectError {
  return unavailable(
    "UNAVAILABLE",
    "the service stops, and did not come to the end of this; try again, with the same key if the request changes something",
  );
}
