import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";

/** A database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  /** Also ends the connections that are still open. */
  drop(): Promise<void>;
}

/** Makes an empty database on the server that the global set-up started. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await administer(`create database ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(`drop database if exists ${name} with (force)`) };
}

function serverUrl(): string {
  const url = process.env["TEST_DATABASE_URL"];
  if (url === undefined)
    throw new Error("TEST_DATABASE_URL is unset: run the tests with jest, which sets it.");
  return url;
}

async function administer(statement: string): Promise<void> {
  const url = serverUrl();
  const sql = postgres(url, { ...socketHost(url), max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
