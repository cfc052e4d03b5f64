import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createDatabase } from "../../../test/support/database.ts";
import { connect, open } from "./connection.ts";

describe("open", () => {
  it("resolves with the first answer of a database", async () => {
    const database = await createDatabase();
    const connection = connect(database.url);
    await open(connection, {}, 10);
    await connection.end();
    await database.drop();
  });

  it("gives up where every connection is closed, as by a proxy without a database behind it", async () => {
    const proxy = createServer((socket) => socket.resume().end());
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    const { port } = proxy.address() as AddressInfo;
    const connection = connect(`postgres://me@127.0.0.1:${port}/db`);
    await expect(open(connection, {}, 0.1)).rejects.toMatchObject({
      code: "CONNECT_TIMEOUT",
      message:
        "no PostgreSQL has answered for 0.1 seconds; is it the right address, and open to this machine?",
    });
    await connection.end({ timeout: 0 });
    proxy.close();
  });
});
