import http from "node:http";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import {
  GetBillingBalanceRequestSchema,
  GetBillingBalanceResponseSchema,
} from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { type Fixture, startServer } from "../server.fixture.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
});
afterAll(() => fixture.server.close(0));

/** A frame of gRPC: a flag, four bytes of length, the message. */
function frame(id: string): Buffer {
  const message = toBinary(GetBillingBalanceRequestSchema, create(GetBillingBalanceRequestSchema, { id }));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

interface Answer {
  readonly contentType: string | undefined;
  readonly messages: readonly Uint8Array[];
  readonly trailer: Readonly<Record<string, string>>;
}

/** Sends the pieces one by one, and reads an answer as grpc-web's own client does: padding ends a piece of it. */
function ask(pieces: readonly string[], contentType = "application/grpc-web-text"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const path = "/raystack.frontier.v1beta1.FrontierService/GetBillingBalance";
    const headers = { "content-type": contentType, "x-grpc-web": "1" };
    const request = http.request(fixture.url + path, { method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("latin1").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve(read(response.headers["content-type"], text)));
    });
    request.on("error", reject);
    const send = ([piece, ...rest]: readonly string[]) => {
      if (piece === undefined) request.end();
      else request.write(piece, () => setImmediate(send, rest));
    };
    send(pieces);
  });
}

function read(contentType: string | undefined, text: string): Answer {
  const parts = text.match(/[^=]+={0,2}/g) ?? [];
  let bytes = Buffer.concat(parts.map((part) => Buffer.from(part, "base64")));
  const messages: Uint8Array[] = [];
  let trailer = {};
  while (bytes.length > 0) {
    const [flags, length] = [bytes.readUInt8(0), bytes.readUInt32BE(1)];
    const content = bytes.subarray(5, 5 + length);
    if ((flags & 0x80) === 0) messages.push(content);
    else {
      const lines = content.toString().trim().split("\r\n");
      trailer = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/s).slice(0, 2)));
    }
    bytes = bytes.subarray(5 + length);
  }
  return { contentType, messages, trailer };
}

const currencyOf = ({ messages }: Answer) =>
  messages.map((message) => fromBinary(GetBillingBalanceResponseSchema, message).balance?.currency);

it.each(["application/grpc-web-text", "application/grpc-web-text+proto"])(
  "answers %s in kind",
  async (type) => {
    const answer = await ask([frame("VC").toString("base64")], type);
    expect(answer.contentType).toMatch(/^application\/grpc-web-text(\+proto)?$/);
    expect(currencyOf(answer)).toEqual(["VC"]);
    expect(answer.trailer).toMatchObject({ "grpc-status": "0" });
  },
);

it("reads base64 that comes letter by letter, or in parts that are padded each", async () => {
  const whole = frame("currency").toString("base64");
  expect(currencyOf(await ask([...whole]))).toEqual(["currency"]);
  const parts = [frame("currency").subarray(0, 5), frame("currency").subarray(5)];
  expect(currencyOf(await ask([parts.map((part) => part.toString("base64")).join("")]))).toEqual([
    "currency",
  ]);
});

it.each([
  ["what is no base64", "AAAA!AAA"],
  ["half a letter", `${frame("VC").toString("base64")}AA`],
  ["padding alone", "===="],
])("refuses %s", async (_, text) => {
  const { trailer, messages } = await ask([text]);
  expect(messages).toEqual([]);
  expect(trailer).toMatchObject({ "grpc-status": "3" });
  const [info] = findTrailerError(new Headers(trailer))?.findDetails(ErrorInfoSchema) ?? [];
  expect(info).toMatchObject({ reason: "MALFORMED_MESSAGE", domain: "tallystick" });
});

it("tells errors in its trailer", async () => {
  const { trailer } = await ask([frame("missing").toString("base64")]);
  expect(trailer).toMatchObject({ "grpc-status": "5", "grpc-message": "no such account" });
});
