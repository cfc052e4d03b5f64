import { createServer, type IncomingMessage, type Server } from "node:http";
import net, { type AddressInfo, type Socket } from "node:net";
import { until } from "../../../test/support/until.ts";
import { ChunkedRequest } from "./chunked-request.ts";

const mebibyte = 1024 * 1024;
const bodyBytes = 8 * mebibyte;

let server: Server;
let client: Socket;
/** What the server was asked. */
let asked: Promise<IncomingMessage>;

beforeEach(async () => {
  server = createServer({ IncomingMessage: ChunkedRequest });
  asked = new Promise((resolve) => server.once("request", resolve));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  client = net.connect(port, "127.0.0.1").on("error", () => undefined);
});
afterEach(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

it.each([1, 16, 64, 512, 1023, 1024])(
  "takes no more of chunks of %i bytes than nobody reads, and goes on when somebody does",
  async (bytes) => {
    const count = Math.ceil(bodyBytes / Math.max(bytes, 64));
    client.write("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
    const chunk = `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n`;
    client.write(chunk.repeat(count));
    client.write("0\r\n\r\n");
    const request = await asked;
    await until(async () => request.socket.isPaused());
    expect(request.socket.bytesRead).toBeLessThan(mebibyte / 2);
    let arrived = 0;
    for await (const piece of request) arrived += piece.length;
    expect(arrived).toBe(bytes * count);
  },
);
