import type {
  DescMethodServerStreaming,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { serviceUrl } from "../app/location.ts";
import { authorizationOf, type Credential } from "../session/credential.ts";
import type { Session } from "../session/session.ts";

/** Calls the service that the console came from, as whoever is logged in. */
export class Api {
  readonly #transport: Transport;

  constructor(private readonly session: Session) {
    this.#transport = createConnectTransport({
      baseUrl: serviceUrl(),
      useBinaryFormat: true,
      // Or else the browser asks for a name and password of its own when the service answers 401.
      fetch: (input, init) => fetch(input, { ...init, credentials: "omit", cache: "no-store" }),
    });
  }

  /** Ends the session where the service does not know the caller any more. */
  async ask<M extends DescMethodUnary>(
    method: M,
    request: MessageInitShape<M["input"]>,
    options: { readonly signal?: AbortSignal; readonly as?: Credential } = {},
  ): Promise<MessageShape<M["output"]>> {
    try {
      const { message } = await this.#transport.unary(
        method,
        options.signal,
        undefined,
        this.#header(options.as),
        request,
      );
      return message as MessageShape<M["output"]>;
    } catch (error) {
      throw this.#seen(error, options.as);
    }
  }

  /** What the service answers to a GET of a path of its own, that is no call: /metrics, /readyz. */
  async read(path: string, signal?: AbortSignal): Promise<{ status: number; text: string }> {
    const init = { headers: this.#header(), credentials: "omit", cache: "no-store" } as const;
    const answer = await fetch(`${serviceUrl()}${path}`, { ...init, ...(signal && { signal }) });
    return { status: answer.status, text: await answer.text() };
  }

  async *follow<M extends DescMethodServerStreaming>(
    method: M,
    request: MessageInitShape<M["input"]>,
    onHeader: (header: Headers) => void,
  ): AsyncIterable<MessageShape<M["output"]>> {
    const messages = (async function* () {
      yield request;
    })();
    try {
      const header = this.#header();
      const answer = await this.#transport.stream(method, undefined, undefined, header, messages);
      onHeader(answer.header);
      yield* answer.message as AsyncIterable<MessageShape<M["output"]>>;
    } catch (error) {
      throw this.#seen(error);
    }
  }

  #header(as?: Credential): HeadersInit {
    const { state } = this.session;
    const credential = as ?? ("credential" in state ? state.credential : undefined);
    return credential === undefined ? {} : { authorization: authorizationOf(credential) };
  }

  #seen(error: unknown, as?: Credential): unknown {
    const { code, rawMessage } = ConnectError.from(error);
    if (code === Code.Unauthenticated && as === undefined && "credential" in this.session.state)
      this.session.end(rawMessage);
    return error;
  }
}
