import {
  create,
  type DescMethodUnary,
  isMessage,
  type JsonWriteOptions,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import fc from "fast-check";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { StatusSchema } from "../../gen/google/rpc/status_pb.ts";
import { BatchCreateTransfersResponseSchema, LedgerService } from "../../gen/tallystick/v1/ledger_pb.ts";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { HeldAny } from "../../src/errors/held-any.ts";
import { messagesOf } from "../../src/server/grpc/encoder/messages.fixture.ts";
import { type Fixture, startServer } from "../../src/server/server.fixture.ts";

/** Connect's JSON, gRPC's and gRPC-Web's is protobuf's own, by whatever it is written. */

const offered = services({} as App).map(({ desc, json }) => {
  const methods = desc.methods.filter((method): method is DescMethodUnary => method.methodKind === "unary");
  return { desc, json, methods };
});
const methods = offered.flatMap(({ json, methods: each }) => each.map((method) => ({ method, json })));

let answer: Message;
let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer({
    routes: (router) => {
      for (const { desc, methods: each } of offered) {
        const answers = each.map(({ localName }) => [localName, () => answer]);
        router.service(desc, Object.fromEntries(answers) as ServiceImpl<typeof desc>);
      }
    },
  });
});
afterAll(() => fixture.server.close(0));

/** Makes of the times and details of errors in a message some that there is JSON for, which few of any are. */
function withJson<T>(value: T): T {
  if (isMessage(value, TimestampSchema)) {
    value.seconds = BigInt.asUintN(32, value.seconds);
    value.nanos = Math.abs(value.nanos) % 1_000_000_000;
  } else if (isMessage(value, StatusSchema)) {
    value.details = value.details.map(
      ({ typeUrl }) => new HeldAny(ErrorInfoSchema, create(ErrorInfoSchema, { reason: typeUrl })),
    );
  } else if (typeof value === "object" && value !== null) Object.values(value).forEach(withJson);
  return value;
}

/** What comes back in a type of content, with the frames of the end and the lengths before them. */
async function answered({ parent, name }: DescMethodUnary, contentType: string): Promise<Buffer> {
  const isFramed = contentType !== "application/json";
  const headers = { "content-type": contentType };
  const body = isFramed ? Buffer.from("\0\0\0\0\x02{}") : "{}";
  const response = await fetch(`${fixture.url}/${parent.typeName}/${name}`, {
    method: "POST",
    headers,
    body,
  });
  return Buffer.from(await response.arrayBuffer());
}

/** The JSON of protobuf-es; undefined where the message has none. */
function jsonOf({ output }: DescMethodUnary, options: Partial<JsonWriteOptions>): unknown {
  try {
    return JSON.parse(JSON.stringify(toJson(output, answer, options)));
  } catch {
    return undefined;
  }
}

it.each(methods.map((each) => [each.method.parent.typeName, each.method.name, each] as const))(
  "%s: what %s answers is what protobuf-es makes of it",
  async (_service, _name, { method, json }) => {
    const property = fc.asyncProperty(messagesOf(method.output, 2), async (message) => {
      answer = withJson(message);
      const wanted = jsonOf(method, json);
      const [text, web] = [
        (await answered(method, "application/json")).toString(),
        await answered(method, "application/grpc-web+json"),
      ];
      if (wanted === undefined) {
        expect(JSON.parse(text)).toMatchObject({ code: "internal" });
        return;
      }
      expect(JSON.parse(text)).toEqual(wanted);
      expect(web.subarray(5, 5 + web.readUInt32BE(1)).toString()).toBe(text);
    });
    await fc.assert(property, { numRuns: 5, seed: 7 });
  },
);

it("has the details of errors in answers, which are at hand and not packed", async () => {
  const details = [new HeldAny(ErrorInfoSchema, create(ErrorInfoSchema, { reason: "WHY" }))];
  const error = { code: 3, message: "no", details };
  answer = create(BatchCreateTransfersResponseSchema, {
    results: [{ result: { case: "error", value: error } }],
  });
  const text = await answered(LedgerService.method.batchCreateTransfers, "application/json");
  expect(JSON.parse(text.toString())).toEqual({
    results: [
      {
        error: {
          ...error,
          details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "WHY" }],
        },
      },
    ],
  });
});
