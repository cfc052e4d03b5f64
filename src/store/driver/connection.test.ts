import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createDatabase } from "../../../test/support/database.ts";
import { connect, untilAnswered } from "./connection.ts";

describe("untilAnswered", () => {
  it("resolves with the first answer of a database", async () => {
    const database = await createDatabase();
    const connection = connect(database.url, { max: 1 });
    await untilAnswered(connection, 10);
    await connection.end();
    await database.drop();
  });

  it("gives up where every connection is closed, as by a proxy without a database behind it", async () => {
    const proxy = createServer((socket) => socket.end());
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    const { port } = proxy.address() as AddressInfo;
    const connection = connect(`postgres://me@127.0.0.1:${port}/db`, { max: 1 });
    await expect(untilAnswered(connection, 0.1)).rejects.toMatchObject({ code: "CONNECT_TIMEOUT" });
    await connection.end({ timeout: 0 });
    proxy.close();
  });
});
