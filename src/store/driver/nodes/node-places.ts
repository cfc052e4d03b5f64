import { sql } from "drizzle-orm";
import { FreshCache } from "../../../bounds/fresh-cache.ts";
import { Coalescer } from "../queries/coalescer.ts";
import { statement } from "../statements/statement.ts";
import type { Line } from "./line.ts";

/** A shard is seldom moved. */
const freshness = { freshMs: 60_000, staleMs: 300_000, entriesMax: 100_000 };
const askMsMax = 2_000;
/** When a node goes away all who call at that moment ask at once. */
const coalescing = { nameOf: (orgId: string) => orgId, keysMax: 1_000, loadsMax: 2 };

/** On which nodes organizations are, by the number of a node's group. */
export class NodePlaces {
  private known = new FreshCache<number>(freshness);
  private readonly asked: Coalescer<string, number | undefined>;

  constructor(questions: Line) {
    this.asked = new Coalescer(async (orgIds) => {
      const rows = await questions.ask<Place>(places({ orgIds: `{${orgIds}}` }), askMsMax);
      return rows.map(({ group }) => group ?? undefined);
    }, coalescing);
  }

  /** Undefined where it is on none. */
  of(orgId: string): Promise<number | undefined> {
    return this.known.get(orgId, () => this.asked.get(orgId));
  }

  forget(): void {
    this.known = new FreshCache(freshness);
  }
}

interface Place {
  readonly group: number | null;
}

const places = statement<"orgIds">(sql`
  select p.groupid as "group" from unnest(${sql.placeholder("orgIds")}::uuid[]) with ordinality as o (id, place)
  left join lateral (select groupid from pg_dist_placement
    where shardid = get_shard_id_for_distribution_column('operations', o.id) limit 1) as p on true
  order by o.place`);
