import { LRUCache } from "lru-cache";
import type { Known } from "../../domain/command.ts";
import { Coalescer } from "../driver/coalescer.ts";
import type { Database } from "../driver/database.ts";
import { retrying } from "../retry.ts";
import { findKnown } from "./known.ts";

const bounds = { keysMax: 256, loadsMax: 2 };
/** Organizations whose look-ups are gathered at one time. */
const organizationsMax = 1_000;

/** Looks for what was done, on the way of calls. What is asked of one organization together shares one query. */
export class JournalLookup {
  private readonly coalescers: LRUCache<string, Coalescer<string, Known | undefined>>;

  constructor(database: Database) {
    const load = (orgId: string) => async (ids: readonly string[]) => {
      const found = await retrying(() => findKnown(database.keyed(), orgId, ids));
      return ids.map((id) => found.get(id));
    };
    this.coalescers = new LRUCache({
      max: organizationsMax,
      memoMethod: (orgId) => new Coalescer(load(orgId), { nameOf: (id) => id, ...bounds }),
    });
  }

  get({ orgId, id }: { orgId: string; id: string }): Promise<Known | undefined> {
    return this.coalescers.memo(orgId).get(id);
  }
}
