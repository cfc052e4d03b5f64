import { constants } from "node:http2";
import type { ConnectError, ContextValues } from "@connectrpc/connect";
import { AddressCount } from "../connections/address-count.ts";
import type { HttpResponse } from "../http.ts";
import type { Limits } from "../limits.ts";
import { exhausted } from "../reasoned.ts";
import { onQuestion } from "./question.ts";

/** A stream of a service that everybody may call. */
export interface OpenStream {
  /** The peer's IP address. */
  readonly address: string;
  readonly response: HttpResponse;
  /** Whether its client may ask on and on. */
  readonly takesStream: boolean;
  readonly values: ContextValues;
}

/** Bounds the streams of services that everybody may call: how many there are, and for how long a client may ask nothing. */
export class OpenStreams {
  readonly #count: AddressCount;
  readonly #idleMsMax: number;

  constructor({ openStreamsMax, openStreamsPerAddressMax, requestMsMax }: Limits) {
    this.#count = new AddressCount({ max: openStreamsMax, ofOneMax: openStreamsPerAddressMax });
    this.#idleMsMax = requestMsMax;
  }

  /** Counts a stream until it is closed. Rejects with RESOURCE_EXHAUSTED where there are too many. */
  async enter({ address, response, takesStream, values }: OpenStream): Promise<void> {
    const leave = this.#count.take(address);
    if (leave === undefined) throw tooManyStreams();
    const carrier = "stream" in response ? response.stream : response;
    carrier.once("close", leave);
    if (!takesStream) return;
    const idle = setTimeout(() => cut(response), this.#idleMsMax);
    onQuestion(values, () => idle.refresh());
    carrier.once("close", () => clearTimeout(idle));
  }
}

function cut(response: HttpResponse): void {
  if ("stream" in response) response.stream.close(constants.NGHTTP2_CANCEL);
  else response.req.socket.destroy();
}

function tooManyStreams(): ConnectError {
  const words = "too many streams are open; end one, or try again";
  return exhausted("TOO_MANY_STREAMS", words);
}
