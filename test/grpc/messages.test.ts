import { randomBytes } from "node:crypto";
import zlib from "node:zlib";
import { Code } from "@connectrpc/connect";
import { currencyIn, errorOf, frame, messageIn, type RawCall, request } from "./raw-client.ts";
import { echo, type GrpcWorld, paths, startGrpc } from "./server.ts";

const bytesMax = 400_000;
const tooLarge = `the message is larger than ${bytesMax} bytes`;

describe.each(paths)("messages on $name", ({ thinGrpc }) => {
  let world: GrpcWorld;
  beforeAll(async () => {
    world = await startGrpc({ thinGrpc, limits: { requestBytesMax: bytesMax, responseBytesMax: 200_000 } });
  });
  beforeEach(() => world.implement(echo));
  afterAll(() => world.stop());

  const words = "x".repeat(300);
  const whole = frame(request(words));
  const cut = (bytes: Buffer, ...at: number[]) =>
    [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
  const each = (bytes: Buffer) => cut(bytes, ...Array.from({ length: bytes.length - 1 }, (_, at) => at + 1));

  it.each<[string, Buffer[]]>([
    ["in one chunk", [whole]],
    ["byte by byte", each(whole)],
    ["prefix and message", cut(whole, 5)],
    ["in the middle of the prefix", cut(whole, 3)],
    ["in the middle of the message", cut(whole, 100)],
    ["with empty chunks", [Buffer.alloc(0), ...cut(whole, 2, 5, 6)]],
  ])("are read that come %s", async (_, chunks) => {
    const answer = await world.client.call({ chunks });
    expect(answer).toMatchObject({ status: 200, fields: { "grpc-status": "0" } });
    expect(currencyIn(messageIn(answer))).toBe(words);
  });

  it.each([0, 1, 1_000, 99_000])("of %d characters come and go", async (length) => {
    const id = "y".repeat(length);
    const answer = await world.client.call({ chunks: [frame(request(id))] });
    expect(currencyIn(messageIn(answer))).toBe(id);
  });

  it("may be followed by a prefix with nothing behind it", async () => {
    const answer = await world.client.call({ chunks: [whole, whole.subarray(0, 5)] });
    expect(answer.fields["grpc-status"]).toBe("0");
  });

  it("may have flags that mean nothing", async () => {
    const answer = await world.client.call({ chunks: [frame(request("x"), 0x40)] });
    expect(answer.fields["grpc-status"]).toBe("0");
  });

  const gzip = { "grpc-encoding": "gzip" };
  it.each<[string, RawCall, Code, string]>([
    ["no message", { chunks: [] }, Code.Unimplemented, "missing input message"],
    ["an empty body", { chunks: [Buffer.alloc(0)] }, Code.Unimplemented, "missing input message"],
    ["half a prefix", { chunks: cut(whole, 3).slice(0, 1) }, Code.InvalidArgument, "incomplete envelope"],
    ["a prefix alone", { chunks: cut(whole, 5).slice(0, 1) }, Code.Unimplemented, "missing input message"],
    ["half a message", { chunks: cut(whole, 50).slice(0, 1) }, Code.InvalidArgument, "incomplete envelope"],
    ["two messages", { chunks: [whole, whole] }, Code.Unimplemented, "extra input message"],
    [
      "two in one chunk",
      { chunks: [Buffer.concat([whole, whole])] },
      Code.Unimplemented,
      "extra input message",
    ],
    ["two empty ones", { chunks: [Buffer.alloc(10)] }, Code.Unimplemented, "extra input message"],
    ["a message and a half", { chunks: [whole, whole.subarray(0, 50)] }, Code.InvalidArgument, "incomplete"],
    ["a byte too many", { chunks: [whole, Buffer.alloc(1)] }, Code.InvalidArgument, "incomplete envelope"],
    [
      "a message that is too large",
      { chunks: [frame(Buffer.alloc(bytesMax + 1))] },
      Code.ResourceExhausted,
      tooLarge,
    ],
    ["the prefix of 4 GB", { chunks: [Buffer.alloc(5, 0xff)] }, Code.ResourceExhausted, tooLarge],
    [
      "a second that is too large",
      { chunks: [whole, Buffer.alloc(5, 0xff)] },
      Code.ResourceExhausted,
      tooLarge,
    ],
    [
      "what is no protobuf",
      { chunks: [frame(Buffer.alloc(20, 0xff))] },
      Code.InvalidArgument,
      "parse binary",
    ],
    ["a compressed one in no encoding", { chunks: [frame(request("x"), 1)] }, Code.Internal, "compressed"],
    [
      "what is no gzip",
      { headers: gzip, chunks: [frame(request("x"), 1)] },
      Code.InvalidArgument,
      "not valid gzip",
    ],
    [
      "a gzip that is cut off",
      { headers: gzip, chunks: [frame(zlib.gzipSync(randomBytes(999)).subarray(0, 500), 1)] },
      Code.InvalidArgument,
      "not valid gzip",
    ],
    [
      "a gzip that is too large inside",
      {
        headers: gzip,
        chunks: [frame(zlib.gzipSync(randomBytes(bytesMax).toString("hex")).subarray(0, bytesMax), 1)],
      },
      Code.ResourceExhausted,
      tooLarge,
    ],
    [
      "a gzip that inflates to a thousand times its size",
      { headers: gzip, chunks: [frame(zlib.gzipSync(Buffer.alloc(bytesMax)), 1)] },
      Code.ResourceExhausted,
      "more than 100 times its size",
    ],
  ])("are refused: %s", async (_, call, code, said) => {
    const answer = await world.client.call(call);
    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(errorOf(answer)).toMatchObject({ code, rawMessage: expect.stringContaining(said) });
    expect(await world.client.call()).toMatchObject({ fields: { "grpc-status": "0" } });
  });

  it("are refused in an unknown encoding, and told which are known", async () => {
    const answer = await world.client.call({ headers: { "grpc-encoding": "zstd" } });
    expect(errorOf(answer)).toMatchObject({
      code: Code.Unimplemented,
      rawMessage: expect.stringContaining("zstd"),
    });
    expect(answer.fields["grpc-accept-encoding"]).toBe("gzip,br");
  });

  it.each<[string, (bytes: Uint8Array) => Buffer]>([
    ["gzip", zlib.gzipSync],
    ["br", zlib.brotliCompressSync],
  ])("may be compressed by %s", async (encoding, compress) => {
    const chunks = [frame(compress(request(words)), 1)];
    const answer = await world.client.call({ headers: { "grpc-encoding": encoding }, chunks });
    expect(currencyIn(messageIn(answer))).toBe(words);
    const plain = await world.client.call({ headers: { "grpc-encoding": encoding }, chunks: [whole] });
    expect(currencyIn(messageIn(plain))).toBe(words);
  });

  it("may be small and compressed by any ratio", async () => {
    const id = "y".repeat(190_000);
    const answer = await world.client.call({ headers: gzip, chunks: [frame(zlib.gzipSync(request(id)), 1)] });
    expect(answer.fields["grpc-status"]).toBe("0");
  });

  it("may be empty and compressed", async () => {
    const answer = await world.client.call({ headers: gzip, chunks: [frame(Buffer.alloc(0), 1)] });
    expect(currencyIn(messageIn(answer))).toBe("");
  });

  it.each([
    ["gzip", "gzip"],
    ["identity,deflate,gzip", "gzip"],
    ["deflate , br", "br"],
    ["identity", undefined],
    ["zstd", undefined],
  ])("go out, for who accepts %s, as %s", async (accepted, encoding) => {
    const decompress = { gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync }[encoding ?? ""];
    for (const length of [10, 10_000]) {
      const id = "z".repeat(length);
      const headers = { "grpc-accept-encoding": accepted };
      const answer = await world.client.call({ headers, chunks: [frame(request(id))] });
      expect(answer.header["grpc-encoding"]).toBe(encoding);
      const isCompressed = decompress !== undefined && length > 1_024;
      expect(answer.body[0]).toBe(isCompressed ? 1 : 0);
      expect(currencyIn(isCompressed ? decompress(messageIn(answer)) : messageIn(answer))).toBe(id);
    }
  });

  it("go out in the encoding of the request where none is said to be accepted", async () => {
    const answer = await world.client.call({ headers: gzip, chunks: [frame(request("z".repeat(10_000)))] });
    expect(answer).toMatchObject({ header: { "grpc-encoding": "gzip" } });
    expect(answer.body[0]).toBe(1);
  });

  it("that would be too large are not sent", async () => {
    world.implement(() => "x".repeat(200_001));
    const answer = await world.client.call();
    expect(errorOf(answer)).toMatchObject({ code: Code.ResourceExhausted });
    expect(answer.body).toHaveLength(0);
  });
});
