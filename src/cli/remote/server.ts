import {
  create,
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport, type UnaryResponse } from "@connectrpc/connect";
import { type ChannelCredentials, Client, Metadata, type ServiceError } from "@grpc/grpc-js";
import { StatusSchema } from "../../../gen/google/rpc/status_pb.ts";
import { methodName } from "../../bounds/method-name.ts";
import type { Authorize } from "./authorize.ts";
import { NeverSent } from "./never-sent.ts";
import type { ServerAddress } from "./settings.ts";

/** How long a call may take; one that answers by a stream ends itself long before. */
const [callMsMax, streamMsMax] = [30_000, 300_000];

/** A server's methods over gRPC, until it is closed. */
export function connectServer(
  { authority }: ServerAddress,
  channel: ChannelCredentials,
  authorize: Authorize,
): { readonly transport: Transport; close(): void } {
  const client = new Client(authority, channel);
  const proof = () => {
    const metadata = new Metadata();
    metadata.set("authorization", authorize());
    return metadata;
  };
  return {
    transport: {
      unary: async (method, signal, timeoutMs = callMsMax, _header, input) =>
        call(client, proof(), { method, signal, timeoutMs, message: create(method.input, input) }),
      async stream(method, signal, timeoutMs = streamMsMax, _header, input) {
        const question = { method, signal, timeoutMs, message: await onlyOne(method.input, input) };
        return {
          stream: true,
          service: method.parent,
          method,
          header: new Headers(),
          trailer: new Headers(),
          message: streamed(client, proof(), question),
        };
      },
    },
    close: () => client.close(),
  };
}

interface Question<I extends DescMessage, M> {
  readonly method: M;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly message: ReturnType<typeof create<I>>;
}

function call<I extends DescMessage, O extends DescMessage>(
  client: Client,
  metadata: Metadata,
  { method, signal, timeoutMs, message }: Question<I, DescMethodUnary<I, O>>,
): Promise<UnaryResponse<I, O>> {
  return new Promise((resolve, reject) => {
    // Until a connection takes the call, its peer is the target of them all.
    const isSent = () => running.getPeer() !== client.getChannel().getTarget();
    const running = client.makeUnaryRequest(
      `/${methodName(method)}`,
      (request: typeof message) => Buffer.from(toBinary(method.input, request)),
      (bytes) => fromBinary(method.output, bytes),
      message,
      metadata,
      { deadline: Date.now() + timeoutMs },
      (error, answer) => {
        if (error !== null) reject(connectErrorOf(error, isSent()));
        else if (answer === undefined) reject(new ConnectError("no answer", Code.Internal));
        else
          resolve({
            stream: false,
            service: method.parent,
            method,
            header: new Headers(),
            trailer: new Headers(),
            message: answer,
          });
      },
    );
    signal?.addEventListener("abort", () => running.cancel(), { once: true });
  });
}

/** The messages of an answer, no faster than they are taken; the call ends with whoever takes them. */
async function* streamed<I extends DescMessage, O extends DescMessage>(
  client: Client,
  metadata: Metadata,
  { method, signal, timeoutMs, message }: Question<I, DescMethodStreaming<I, O>>,
): AsyncIterable<MessageShape<O>> {
  const isSent = () => running.getPeer() !== client.getChannel().getTarget();
  const running = client.makeServerStreamRequest(
    `/${methodName(method)}`,
    (request: typeof message) => Buffer.from(toBinary(method.input, request)),
    (bytes) => fromBinary(method.output, bytes),
    message,
    metadata,
    { deadline: Date.now() + timeoutMs },
  );
  const cancel = () => running.cancel();
  signal?.addEventListener("abort", cancel);
  try {
    yield* running;
  } catch (error) {
    throw connectErrorOf(error as ServiceError, isSent());
  } finally {
    signal?.removeEventListener("abort", cancel);
    cancel();
  }
}

async function onlyOne<I extends DescMessage>(
  desc: I,
  input: AsyncIterable<MessageInitShape<I>>,
): Promise<MessageShape<I>> {
  for await (const message of input) return create(desc, message);
  throw new ConnectError("a command asks nothing by a stream", Code.Unimplemented);
}

/** With its details, in which the reason is. */
function connectErrorOf({ code, details, metadata }: ServiceError, isSent: boolean): ConnectError {
  const words = isSent ? details : unconnectedBecause(details);
  const cause = isSent ? undefined : new NeverSent(details);
  const error = new ConnectError(words, code as number as Code, undefined, undefined, cause);
  const [packed] = metadata.get("grpc-status-details-bin");
  if (Buffer.isBuffer(packed))
    error.details = fromBinary(StatusSchema, packed).details.map(({ typeUrl, value }) => ({
      type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1),
      value,
    }));
  return error;
}

/** Why no connection was made, out of what grpc-js says around it. */
function unconnectedBecause(details: string): string {
  const [, why = details] =
    /^No connection established\. Last error: (?:Error: )?(.*?)\. Resolution note:/s.exec(details) ?? [];
  if (/certificate/i.test(why))
    return `the server's certificate is not trusted: ${why}; name its authority in TALLYSTICK_SERVER_CA, and its host as the certificate does`;
  // OpenSSL's words for whatever else than TLS a server answers have an address and a line of its source in them.
  if (why.includes("wrong version number"))
    return "the server speaks no TLS: begin its URL with http://, or have it encrypt its port";
  return `the server cannot be reached: ${why}`;
}
