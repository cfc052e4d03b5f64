import type { Known } from "../../domain/command.ts";
import type { Database } from "../driver/database.ts";
import { OrganizationCoalescer } from "../driver/organization-coalescer.ts";
import { retrying } from "../driver/retry.ts";
import { findKnown } from "./known.ts";

const bounds = { keysMax: 256, loadsMax: 2 };

/** Looks for what was done, on the way of calls. What is asked of one organization together shares one query. */
export class JournalLookup {
  private readonly coalescer: OrganizationCoalescer<string, Known | undefined>;

  constructor(database: Database) {
    const load = async (orgId: string, ids: readonly string[]) => {
      const found = await retrying(() => findKnown(database.keyed(), orgId, ids));
      return ids.map((id) => found.get(id));
    };
    this.coalescer = new OrganizationCoalescer(load, { nameOf: (id) => id, ...bounds });
  }

  get({ orgId, id }: { orgId: string; id: string }): Promise<Known | undefined> {
    return this.coalescer.get(orgId, id);
  }
}
