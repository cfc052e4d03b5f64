import { Code, type ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { reasoned } from "./reasoned.ts";

/** What a call is told that still runs when the server has waited for long enough. */
export function cutOff(): ConnectError {
  const words =
    "the service stops, and did not come to the end of this; try again, with the same key if the request changes something";
  return reasoned("UNAVAILABLE", Code.Unavailable, words, [
    { desc: RetryInfoSchema, value: { retryDelay: { seconds: 1n, nanos: 0 } } },
  ]);
}
