import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createDatabase } from "../../../../test/support/database.ts";
import { startLine } from "../../../../test/support/line.ts";
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
    const line = await startLine(database.url);
    const connection = connect(line.url);
    const reset = connection.begin(async (sql) => {
      const [row] = await sql`select 1 as one`;
      expect(row).toEqual({ one: 1 });
      line.reset();
      await sql`select pg_sleep(60)`;
    });
    await expect(reset).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    expect(await connection.begin((sql) => sql`select 2 as two`)).toEqual([{ two: 2 }]);
    expect(await connection`select 3 as three`).toEqual([{ three: 3 }]);
    await connection.end();
    line.close();
    await database.drop();
  });
});
