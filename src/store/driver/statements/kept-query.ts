import type { Orm } from "./orm.ts";

/**
 * A query whose text is made once for a client, with `sql.placeholder`s for what differs from run to run. Drizzle would
 * make the text anew each time, which takes longer than PostgreSQL needs to find a few rows by their keys.
 */
export function keptQuery<Q>(make: (orm: Orm) => Q): (orm: Orm) => Q {
  const made = new WeakMap<Orm, Q>();
  return (orm) => {
    const query = made.get(orm) ?? make(orm);
    made.set(orm, query);
    return query;
  };
}
