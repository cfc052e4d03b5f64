import { withSql } from "./sql.ts";

/** As PostgreSQL says it where a file cannot grow. */
const noRoom =
  "$$ begin raise disk_full using message = 'could not extend file: No space left on device'; end $$";

/** The journal of a database takes no rows from now on, as where its disk is full. */
export async function fillDisk(databaseUrl: string): Promise<void> {
  await withSql(databaseUrl, async (sql) => {
    await sql.unsafe(`create function no_room() returns trigger language plpgsql as ${noRoom}`);
    await sql`create trigger no_room before insert on operations execute function no_room()`;
  });
}

export async function emptyDisk(databaseUrl: string): Promise<void> {
  await withSql(databaseUrl, (sql) => sql`drop function no_room cascade`);
}
