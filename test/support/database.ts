import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";

/** A database of a test file's own. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** Also ends the connections that are still open. */
  drop(): Promise<void>;
}

/** What is made once a run, and copied: this version's schema, or the tables of a Frontier. */
export type Template = "migrated" | "frontier";

/** Makes a database on the server that the global set-up started, as a copy of a template or with nothing in it. */
export async function createDatabase(content: Template | "empty" = "migrated"): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  const template = content === "empty" ? "template1" : setting(templateVariable(content));
  await administer(`create database ${name} template ${template} strategy file_copy`);
  const url = new URL(setting("TEST_DATABASE_URL"));
  url.pathname = `/${name}`;
  return { name, url: url.href, drop: () => administer(`drop database if exists ${name} with (force)`) };
}

/** The environment variable that holds the name of a template's database. */
export function templateVariable(template: Template): string {
  return `TEST_TEMPLATE_${template.toUpperCase()}`;
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is unset: run the tests with jest, which sets it.`);
  return value;
}

async function administer(statement: string): Promise<void> {
  const url = setting("TEST_DATABASE_URL");
  const sql = postgres(url, { ...socketHost(url), max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
