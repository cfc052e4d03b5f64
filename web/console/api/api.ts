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

const readMsMax = 4_000;

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
    const credential = options.as ?? this.#credential;
    const header = headerOf(credential);
    try {
      const { message } = await this.#transport.unary(method, options.signal, undefined, header, request);
      return message as MessageShape<M["output"]>;
    } catch (error) {
      throw this.#seen(error, credential);
    }
  }

  /** What the service answers, soon or not at all, to a GET of a path of its own, that is no call: /metrics, /readyz. */
  async read(path: string): Promise<{ status: number; text: string }> {
    const signal = AbortSignal.timeout(readMsMax);
    const init = { headers: headerOf(this.#credential), credentials: "omit", cache: "no-store" } as const;
    const answer = await fetch(`${serviceUrl()}${path}`, { ...init, signal });
    return { status: answer.status, text: await answer.text() };
  }

  async *follow<M extends DescMethodServerStreaming>(
    method: M,
    request: MessageInitShape<M["input"]>,
    onHeader: (header: Headers) => void,
  ): AsyncIterable<MessageShape<M["output"]>> {
    const credential = this.#credential;
    const header = headerOf(credential);
    const messages = (async function* () {
      yield request;
    })();
    try {
      const answer = await this.#transport.stream(method, undefined, undefined, header, messages);
      onHeader(answer.header);
      yield* answer.message as AsyncIterable<MessageShape<M["output"]>>;
    } catch (error) {
      throw this.#seen(error, credential);
    }
  }

  get #credential(): Credential | undefined {
    const { state } = this.session;
    return "credential" in state ? state.credential : undefined;
  }

  /** @param asked what the call was made with: by the time of its answer another session may have begun */
  #seen(error: unknown, asked: Credential | undefined): unknown {
    const { code, rawMessage } = ConnectError.from(error);
    if (code === Code.Unauthenticated && asked !== undefined && asked === this.#credential)
      this.session.end(rawMessage);
    return error;
  }
}

function headerOf(credential: Credential | undefined): HeadersInit {
  return credential === undefined ? {} : { authorization: authorizationOf(credential) };
}
