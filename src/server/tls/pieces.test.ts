import { randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import { encryptInPieces } from "./pieces.ts";

const kibibyte = 1024;

/** What of some writes comes to the other end, piece by piece; as many at a time as are written there while one is under way. */
async function piecesOf(writes: readonly (string | Buffer)[], isCorked: boolean): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  const socket = new Writable({
    decodeStrings: false,
    write(chunk, encoding, done) {
      pieces.push(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
      setImmediate(done);
    },
    writev(chunks, done) {
      pieces.push(Buffer.concat(chunks.map(({ chunk, encoding }) => Buffer.from(chunk, encoding))));
      setImmediate(done);
    },
  });
  encryptInPieces(socket);
  if (isCorked) socket.cork();
  for (const each of writes) socket.write(each, "latin1");
  if (isCorked) socket.uncork();
  await new Promise<void>((resolve) => socket.end(resolve));
  return pieces;
}

describe.each([false, true])("what is written (together: %s)", (isCorked) => {
  it.each([
    ["nothing", [""]],
    ["a head and a small body", ["HTTP/1.1 200 OK\r\n\r\n", Buffer.from("{}")]],
    ["a head and a large body", ["HTTP/1.1 200 \xe9\r\n\r\n", randomBytes(1_000 * kibibyte + 1)]],
    ["a large text", ["\xe9".repeat(200 * kibibyte)]],
    ["whole pieces", [randomBytes(128 * kibibyte), Buffer.alloc(0), randomBytes(64 * kibibyte)]],
  ])("is encrypted in pieces: %s", async (_, writes) => {
    const pieces = await piecesOf(writes, isCorked);
    const whole = writes.map((each) => (typeof each === "string" ? Buffer.from(each, "latin1") : each));
    expect(Buffer.concat(pieces).equals(Buffer.concat(whole))).toBe(true);
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(64 * kibibyte);
  });
});

it("is given up where it cannot be written", async () => {
  let count = 0;
  const socket = new Writable({
    write(_chunk, _encoding, done) {
      count += 1;
      done(new Error("gone"));
    },
  });
  encryptInPieces(socket);
  const failed = new Promise((resolve) => socket.on("error", resolve));
  socket.write(Buffer.alloc(1_000 * kibibyte));
  expect(await failed).toMatchObject({ message: "gone" });
  expect(count).toBe(1);
});
