import postgres, { type Sql } from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";

/** Works on a database behind the service's back. */
export async function withSql<T>(databaseUrl: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(databaseUrl, { ...socketHost(databaseUrl), max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
