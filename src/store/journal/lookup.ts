import type { Known } from "../../domain/verdict.ts";
import type { Database } from "../driver/database.ts";
import { OrganizationCoalescer } from "../driver/queries/organization-coalescer.ts";
import { retryingFor } from "../driver/transactions/retry.ts";
import { findKnown, type Wanted } from "./known.ts";

const bounds = { keysMax: 256, loadsMax: 2 };

/** Looks for what was done, on the way of calls. What is asked of one organization together shares one query. */
export class JournalLookup {
  private readonly coalescer: OrganizationCoalescer<Wanted, Known | undefined>;

  constructor(database: Database) {
    const load = async (orgId: string, wanted: readonly Wanted[]) => {
      const found = await retryingFor(database, orgId, () => findKnown(database.keyed(), orgId, wanted));
      return wanted.map(({ id }) => found.get(id));
    };
    const nameOf = ({ id, charactersMax }: Wanted) => `${id} ${charactersMax}`;
    this.coalescer = new OrganizationCoalescer(load, { nameOf, ...bounds });
  }

  get(orgId: string, wanted: Wanted): Promise<Known | undefined> {
    return this.coalescer.get(orgId, wanted);
  }
}
