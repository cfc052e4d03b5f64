import net from "node:net";
import { frame } from "../../../test/support/http2-frame.ts";
import { http2Preface } from "../connections/sniff.ts";
import { startServer } from "../server.fixture.ts";

const types = { data: 0, headers: 1, reset: 3, settings: 4, windowUpdate: 8 };
const endStream = 0x1;
const endHeaders = 0x4;

/** A GET of `/x`, its fields by HPACK's static table or as they are. */
const get = (stream: number) =>
  frame(
    types.headers,
    endHeaders | endStream,
    stream,
    Buffer.from([0x82, 0x86, 0x04, 2, 0x2f, 0x78, 0x01, 1, 0x61]),
  );

const widened = (stream: number, bytes: number) => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return frame(types.windowUpdate, 0, stream, payload);
};

/** Takes the answers to so many requests, and a while later lets as much more come; returns how each ended: by its flags, or by a reset. */
function takeAnswers(port: number, count: number): Promise<("ended" | "reset")[]> {
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
  const ends = new Map<number, "ended" | "reset">();
  let unread = Buffer.alloc(0);
  const take = (type: number, flags: number, stream: number, bytes: number) => {
    if (type === types.reset && !ends.has(stream)) ends.set(stream, "reset");
    if (type !== types.data) return;
    if (flags & endStream) ends.set(stream, "ended");
    // The client is slow, which no condition says.
    if (bytes > 0)
      setTimeout(() => socket.write(Buffer.concat([widened(0, bytes), widened(stream, bytes)])), 5);
  };
  socket.write(Buffer.concat([http2Preface, frame(types.settings, 0, 0)]));
  for (let index = 0; index < count; index += 1) socket.write(get(2 * index + 1));
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the connection closed")));
    socket.on("data", (bytes) => {
      unread = Buffer.concat([unread, bytes]);
      while (unread.length >= 9 && unread.length >= 9 + unread.readUIntBE(0, 3)) {
        const length = unread.readUIntBE(0, 3);
        take(unread.readUInt8(3), unread.readUInt8(4), unread.readUInt32BE(5), length);
        unread = unread.subarray(9 + length);
      }
      if (ends.size < count) return;
      socket.destroy();
      resolve([...ends.values()]);
    });
  });
}

it("ends each answer by its last frame, also where the client's window is full then", async () => {
  const content = "x".repeat(200_000);
  const { server, port } = await startServer({
    gateway: { handle: async (_request, response) => void response.end(content) },
  });
  const answers = await takeAnswers(port, 20).finally(() => server.close(0));
  expect(new Set(answers)).toEqual(new Set(["ended"]));
});
