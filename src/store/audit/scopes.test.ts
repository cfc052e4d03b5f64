import { PgDialect } from "drizzle-orm/pg-core";
import { v7 as uuidv7 } from "uuid";
import { inspections } from "./audit.ts";
import { findings, scopeOf } from "./inspection.ts";

it("each table of a query keeps to the organization on its own", () => {
  const scope = scopeOf(uuidv7());
  for (const inspection of inspections) {
    const { sql } = new PgDialect().sqlToQuery(findings(inspection, scope, 1));
    const tables = [
      ...sql.matchAll(
        /\b(?:from|join) (?:operations|holds|accounts|changes|customers|currencies|acts) (\w+)/g,
      ),
    ];
    const scopes = [...sql.matchAll(/\b(\w+)\.org_id = \$\d+::uuid/g)];
    expect(tables.length).toBeGreaterThan(0);
    expect(scopes.map(([, alias]) => alias).sort()).toEqual(tables.map(([, alias]) => alias).sort());
  }
});
