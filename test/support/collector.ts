import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** A span as it came over the wire. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where it begins a trace. */
  readonly parentSpanId: string;
  readonly traceState: string;
  /** As opentelemetry/proto/trace/v1/trace.proto numbers them: 1 is internal, 2 a server's. */
  readonly kind: number;
  readonly attributes: Attributes;
  readonly links: readonly { readonly spanId: string; readonly attributes: Attributes }[];
  /** 2 is an error. */
  readonly status: number;
  /** Of whoever has sent it. */
  readonly resource: Attributes;
}

type Attributes = Readonly<Record<string, string | number>>;

/** Takes traces over OTLP, as an OpenTelemetry collector does. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** What it answers from now on. */
  answer(status: number): void;
  close(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (status === 200) spans.push(...spansIn(Buffer.concat(chunks)));
    response.writeHead(status).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans,
    answer(next) {
      status = next;
    },
    async close() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

/** The fields of a message by their numbers: of what is length-delimited its bytes. */
type Fields = ReadonlyMap<number, readonly (Uint8Array | bigint)[]>;

function fieldsOf(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, (Uint8Array | bigint)[]>();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const value = scalarIn(reader, type);
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

function scalarIn(reader: BinaryReader, type: WireType): Uint8Array | bigint {
  if (type === WireType.LengthDelimited) return reader.bytes();
  if (type === WireType.Bit64) return BigInt(reader.fixed64());
  return type === WireType.Bit32 ? BigInt(reader.fixed32()) : BigInt(reader.uint64());
}

const bytesIn = (fields: Fields, number: number): Uint8Array[] =>
  (fields.get(number) ?? []).filter((value): value is Uint8Array => typeof value !== "bigint");
const messagesIn = (fields: Fields, number: number) => bytesIn(fields, number).map(fieldsOf);
const hexIn = (fields: Fields, number: number) =>
  Buffer.from(bytesIn(fields, number)[0] ?? []).toString("hex");
const textIn = (fields: Fields, number: number) => Buffer.from(bytesIn(fields, number)[0] ?? []).toString();
const integerIn = (fields: Fields, number: number) => (fields.get(number)?.[0] ?? 0n) as bigint;

function attributesIn(fields: Fields, number: number): Attributes {
  return Object.fromEntries(
    messagesIn(fields, number).map((pair) => {
      const [value = new Map()] = messagesIn(pair, 2);
      const [name, double] = [textIn(pair, 1), value.get(4)?.[0]];
      if (value.has(1)) return [name, textIn(value, 1)];
      if (typeof double === "bigint")
        return [name, new Float64Array(new BigInt64Array([double]).buffer)[0] ?? 0];
      return [name, Number(integerIn(value, 3))];
    }),
  );
}

/** The numbers are those of opentelemetry/proto/trace/v1/trace.proto. */
function spansIn(request: Uint8Array): ReceivedSpan[] {
  return messagesIn(fieldsOf(request), 1).flatMap((resourceSpans) => {
    const resource = messagesIn(resourceSpans, 1).map((each) => attributesIn(each, 1))[0] ?? {};
    return messagesIn(resourceSpans, 2).flatMap((scopeSpans) =>
      messagesIn(scopeSpans, 2).map((span) => ({
        ...{ traceId: hexIn(span, 1), spanId: hexIn(span, 2), parentSpanId: hexIn(span, 4) },
        ...{ traceState: textIn(span, 3), name: textIn(span, 5), kind: Number(integerIn(span, 6)) },
        attributes: attributesIn(span, 9),
        links: messagesIn(span, 13).map((link) => ({
          spanId: hexIn(link, 2),
          attributes: attributesIn(link, 4),
        })),
        status: Number(messagesIn(span, 15).map((each) => integerIn(each, 3))[0] ?? 0n),
        resource,
      })),
    );
  });
}
