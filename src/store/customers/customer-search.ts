import { sql } from "drizzle-orm";
import { emailKey, normalForm } from "../../domain/text.ts";
import { isUuid } from "../../domain/uuid.ts";
import type { Database } from "../driver/database.ts";

/** By what a customer is found, in the order in which what is found is answered. */
const matchKinds = ["id", "email", "app group", "name", "former"] as const;
export type MatchKind = (typeof matchKinds)[number];

/** A customer that was found. */
export interface CustomerMatch {
  readonly id: string;
  readonly kind: MatchKind;
  /** What begins as was asked. */
  readonly text: string;
}

/** What was found. */
export interface CustomerMatches {
  readonly matches: readonly CustomerMatch[];
  readonly hasMore: boolean;
}

/** What one of the ways to look found. It has more where it looked at as much as it may. */
interface Found {
  readonly matches: readonly CustomerMatch[];
  readonly isCut: boolean;
}

/** So many rows are looked at for one that is wanted: others may be of customers that are deleted. */
const looksPerRow = 4;
/** Greater than whatever follows the beginning of a text. */
const last = "\u{10FFFF}";

/** Finds customers by the beginning of what they are known by, each way in the order of an index. Deleted ones are not found. */
export class CustomerSearch {
  constructor(private readonly database: Database) {}

  async find(
    { orgId, query, rowsMax }: { readonly orgId: string; readonly query: string; readonly rowsMax: number },
    signal?: AbortSignal,
  ): Promise<CustomerMatches> {
    const looks = looksPerRow * (rowsMax + 1);
    const beginnings = new Set([emailKey(query), normalForm(query)]);
    const found = await Promise.all([
      this.byId(orgId, { query, looks }, signal),
      ...[...beginnings].map((beginning) => this.byNames(orgId, { beginning, looks }, signal)),
      this.byName(orgId, { beginning: lowerAscii(normalForm(query)), looks }, signal),
    ]);
    const best = new Map<string, CustomerMatch>();
    const inOrder = found.flatMap(({ matches }) => matches).sort((a, b) => rankOf(a) - rankOf(b));
    for (const match of inOrder) if (!best.has(match.id)) best.set(match.id, match);
    const hasMore = best.size > rowsMax || found.some(({ isCut }) => isCut);
    return { matches: [...best.values()].slice(0, rowsMax), hasMore };
  }

  private async byId(
    orgId: string,
    { query, looks }: { query: string; looks: number },
    signal?: AbortSignal,
  ): Promise<Found> {
    const [least, most] = ["0", "f"].map((digit) => idBeginning(query, digit));
    if (least === undefined || most === undefined) return { matches: [], isCut: false };
    const rows = await this.database.orm(signal).execute<{ id: string; isDeleted: boolean }>(sql`
      select id, deleted_at is not null as "isDeleted" from customers
      where org_id = ${orgId}::uuid and id between ${least}::uuid and ${most}::uuid order by id limit ${looks}`);
    const live = rows.filter(({ isDeleted }) => !isDeleted);
    return { matches: live.map(({ id }) => ({ id, kind: "id", text: id })), isCut: rows.length === looks };
  }

  /** By an email or app group's name, those of before among them. */
  private async byNames(
    orgId: string,
    { beginning, looks }: { beginning: string; looks: number },
    signal?: AbortSignal,
  ): Promise<Found> {
    const rows = await this.database.orm(signal).execute<{
      id: string;
      name: string;
      isDeleted: boolean;
      isEmail: boolean;
      isGroup: boolean;
    }>(sql`
      select n.customer_id as id, n.name, c.deleted_at is not null as "isDeleted", c.email_key = n.name as "isEmail",
        exists (select from app_groups g where g.org_id = ${orgId}::uuid and g.customer_id = n.customer_id
          and g.name = n.name) as "isGroup"
      from (select customer_id, name from customer_names where org_id = ${orgId}::uuid
        and name collate "C" >= ${beginning} and name collate "C" < ${beginning + last}
        order by name collate "C", customer_id limit ${looks}) n
      cross join lateral (select email_key, deleted_at from customers c
        where c.org_id = ${orgId}::uuid and c.id = n.customer_id limit 1) c
      order by n.name collate "C", n.customer_id limit ${looks}`);
    const matches = rows
      .filter(({ isDeleted }) => !isDeleted)
      .map(({ id, name, isEmail, isGroup }) => {
        const kind = isEmail ? "email" : isGroup ? "app group" : "former";
        return { id, kind, text: name } as const;
      });
    return { matches, isCut: rows.length === looks };
  }

  /** By what people call it. */
  private async byName(
    orgId: string,
    { beginning, looks }: { beginning: string; looks: number },
    signal?: AbortSignal,
  ): Promise<Found> {
    const rows = await this.database.orm(signal).execute<{ id: string; name: string }>(sql`
      select id, name from customers where org_id = ${orgId}::uuid and name <> '' and deleted_at is null
        and lower(name collate "C") >= ${beginning} and lower(name collate "C") < ${beginning + last}
      order by lower(name collate "C"), id limit ${looks}`);
    return {
      matches: rows.map(({ id, name }) => ({ id, kind: "name", text: name })),
      isCut: rows.length === looks,
    };
  }
}

function rankOf({ kind }: CustomerMatch): number {
  return matchKinds.indexOf(kind);
}

/** The id that begins with a text and ends with nothing but a digit; undefined where no id begins so. */
function idBeginning(text: string, digit: string): string | undefined {
  const shape = `${digit.repeat(8)}-${digit.repeat(4)}-${digit.repeat(4)}-${digit.repeat(4)}-${digit.repeat(12)}`;
  const id = `${text.toLowerCase()}${shape.slice(text.length)}`;
  return isUuid(id) ? id : undefined;
}

/** As the index does it, by no locale: PostgreSQL would lower other letters by that of the database. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
