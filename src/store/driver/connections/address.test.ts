import postgres from "postgres";
import { addressOf } from "./address.ts";

/** Where postgres.js goes with a URL. */
function placeOf(url: string) {
  const { host, port, path, database, user, pass } = postgres(url, addressOf(url)).options;
  return { host, port, path, database, user, pass };
}

const common = { path: false, user: "me", pass: "p@ss", database: "db" };

it.each<[string, object]>([
  ["me:p%40ss@[::1]:5433/db", { host: ["::1"], port: [5433] }],
  ["me:p%40ss@[::1]/db?sslmode=require", { host: ["::1"], port: [5432] }],
  [
    "me:p%40ss@[2001:db8::1]:5433,two,10.0.0.1:5434/db",
    { host: ["2001:db8::1", "two", "10.0.0.1"], port: [5433, 5432, 5434] },
  ],
  ["me:p%40ss@one:5433,two/db", { host: ["one", "two"], port: [5433, 5433] }],
  ["me:p%40ss@one/a%20b%2F%C3%A9", { host: ["one"], port: [5432], database: "a b/é" }],
  ["me:p%40ss@one/a b", { host: ["one"], port: [5432], database: "a b" }],
  ["me:p%40ss@one", { host: ["one"], port: [5432], database: "me" }],
  ["me:p%40ss@%2Frun%2Fpg:5433/db", { path: "/run/pg/.s.PGSQL.5433" }],
])("finds what postgres://%s names", (rest, place) => {
  expect(placeOf(`postgres://${rest}`)).toMatchObject({ ...common, ...place });
});

it("takes a host without a port to be at PGPORT, also one by its IPv6 address", () => {
  process.env["PGPORT"] = "5444";
  expect(placeOf("postgres://me@[::1],two:5433/db")).toMatchObject({
    host: ["::1", "two"],
    port: [5444, 5433],
  });
});
