import { sql } from "drizzle-orm";
import type { Database } from "../../../store/driver/database.ts";
import { array } from "../../../store/driver/statements/arrays.ts";
import { retrying } from "../../../store/driver/transactions/retry.ts";
import { acting } from "../../../store/trail/act.ts";
import { importer } from "./importer.ts";

/** An organization that comes from elsewhere with its id. */
export interface ImportedOrganization {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly createdAt: string;
}

/** An organization that is here already, under an id or a name, be it a former one, that was looked for. */
export type PresentOrganization = {
  readonly id: string;
  readonly name: string;
  readonly frontierCurrency: string;
};

/** Organizations as an import makes them. */
export class ImportedOrganizations {
  constructor(private readonly database: Database) {}

  present(organizations: readonly ImportedOrganization[]): Promise<PresentOrganization[]> {
    const ids = organizations.map(({ id }) => id);
    const names = organizations.map(({ name }) => name);
    return retrying(async () => [
      ...(await this.database.orm().execute<PresentOrganization>(sql`
        select id, name, frontier_currency as "frontierCurrency" from organizations
        where id = any(${array(ids, "uuid")})
        union all
        select o.id, n.name, o.frontier_currency from organization_names n join organizations o on o.id = n.org_id
        where n.name = any(${array(names, "text")})`)),
    ]);
  }

  /** Creates one, unless its id or its name is taken meanwhile. */
  async create({ id, name, displayName, createdAt }: ImportedOrganization): Promise<void> {
    await retrying(() =>
      acting(this.database, importer, async ({ orm, by, note }) => {
        const made = await orm.execute(sql`
          insert into organizations (id, name, display_name, created_at, created_by)
          values (${id}::uuid, ${name}, ${displayName}, ${createdAt}::timestamptz, ${by.actor}) on conflict do nothing`);
        await orm.execute(sql`
          insert into organization_names (name, org_id) select name, id from organizations where id = ${id}::uuid
          on conflict do nothing`);
        if (made.count === 0) return;
        const after = { name, displayName };
        note({ verb: "organization.create", orgId: id, target: `organizations/${id}`, before: null, after });
      }),
    );
  }
}
