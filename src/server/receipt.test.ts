import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Code } from "@connectrpc/connect";
import { defaultLimits as limits } from "./limits.ts";
import { bodyOf } from "./receipt.ts";

it("says of a client that goes while it sends that it is gone, and blames nobody", async () => {
  const server = http.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = net.connect({ port, host: "127.0.0.1" });
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
  const sender = { network: "127.0.0.1", isProven: true };
  const [request] = await once(server, "request");
  const body = buffer(bodyOf(request, { admitted: Promise.resolve(), isStream: false, sender, limits }));
  socket.destroy();
  await expect(body).rejects.toMatchObject({ code: Code.Canceled });
  server.close();
});
