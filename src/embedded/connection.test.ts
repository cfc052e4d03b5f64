import postgres from "postgres";
import { socketHost, socketUrl } from "./connection.ts";

describe("socketUrl", () => {
  it("is libpq's form of a socket's folder", () => {
    expect(socketUrl("/tmp/a b", "me", "ledger")).toBe("postgres://me@%2Ftmp%2Fa%20b:5432/ledger");
  });

  it("leads postgres.js to the socket, with socketHost beside it", () => {
    const url = socketUrl("/tmp/a b", "me", "ledger");
    const { options } = postgres(url, socketHost(url));
    expect(options.path).toBe("/tmp/a b/.s.PGSQL.5432");
    expect(options).toMatchObject({ user: "me", database: "ledger" });
  });
});

describe("socketHost", () => {
  it("finds the folder with and without a user, a password, a port", () => {
    expect(socketHost("postgres://%2Frun/db")).toEqual({ host: "/run" });
    expect(socketHost("postgresql://me:pw@%2frun%2Fpg:5433/db?x=y")).toEqual({ host: "/run/pg" });
  });

  it("leaves every other URL alone", () => {
    expect(socketHost("postgres://me:%2Fpw@host/db")).toEqual({});
    expect(socketHost("postgres://host/%2Fdb")).toEqual({});
    expect(socketHost("postgres:///db")).toEqual({});
  });
});
