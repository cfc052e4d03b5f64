import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { connectTo } from "../../../test/support/commit-proxy.ts";
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

describe("a transaction whose connection is reset", () => {
  it("fails, and the next one is done", async () => {
    const database = await createDatabase();
    const clients: Socket[] = [];
    const proxy = createServer((client) => {
      clients.push(client.on("error", () => undefined));
      const server = connectTo(database.url).on("error", () => undefined);
      client.pipe(server).pipe(client);
      client.on("close", () => server.destroy());
    });
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    const url = new URL(database.url.replace(/@%2F[^:/?#,]*/i, "@127.0.0.1"));
    url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const connection = connect(url.href);
    const reset = connection.begin(async (sql) => {
      const [row] = await sql`select 1 as one`;
      expect(row).toEqual({ one: 1 });
      clients.at(-1)?.resetAndDestroy();
      await sql`select pg_sleep(60)`;
    });
    await expect(reset).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    expect(await connection.begin((sql) => sql`select 2 as two`)).toEqual([{ two: 2 }]);
    expect(await connection`select 3 as three`).toEqual([{ three: 3 }]);
    await connection.end();
    proxy.close();
    await database.drop();
  });
});
