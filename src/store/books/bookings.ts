import { and, asc, desc, eq, isNotNull, type SQL } from "drizzle-orm";
import type { Recorded } from "../../domain/recorded.ts";
import type { Database } from "../driver/database.ts";
import { type Cursor, isAt } from "../driver/statements/cursor.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { lookThrough, type Portion } from "../driver/statements/portion.ts";
import { type OperationRow, recordedOf } from "../journal/recorded-row.ts";
import { o, within } from "./sides.ts";
import { matchingWords, type TransferFilter } from "./transfer-filter.ts";

/** Which bookings of an organization to answer, by their time. */
export interface BookingsPage {
  readonly orgId: string;
  readonly filter: TransferFilter;
  /** Only bookings past this one. */
  readonly past?: Cursor | undefined;
  readonly rowsMax: number;
}

/** The bookings of whole organizations with both of their sides, oldest first. */
export class Bookings {
  constructor(private readonly database: Database) {}

  async list(page: BookingsPage, signal?: AbortSignal): Promise<Portion<Recorded, Cursor>> {
    const { rows, lookedTo } = await bookingsByTime(this.database.orm(signal), { ...page, ascending: true });
    return { rows: rows.map(recordedOf), lookedTo };
  }
}

/** No id comes before, or after. */
const firstId = "00000000-0000-0000-0000-000000000000";
const lastId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Rows in which money moved. Holds and what becomes of them are in the journal, too, and looked through. */
export function bookingsByTime(
  orm: Orm,
  { orgId, past, filter, rowsMax, ascending }: BookingsPage & { readonly ascending: boolean },
): Promise<Portion<OperationRow, Cursor>> {
  const place = [o.createdAt, o.id] as const;
  const isListed = and(
    eq(o.orgId, orgId),
    past && isAt(place, ascending ? ">" : "<", past),
    within(o.createdAt, filter),
  );
  const inOrder = ascending ? asc : desc;
  const order = place.map(inOrder);
  const edge = async (looks: number) => {
    const [last] = await orm
      .select({ at: o.createdAt })
      .from(o)
      .where(isListed)
      .orderBy(inOrder(o.createdAt))
      .offset(looks - 1)
      .limit(1);
    return last && { at: last.at, id: ascending ? lastId : firstId };
  };
  const wanted = async (edge: Cursor | undefined): Promise<OperationRow[]> => {
    const upTo: SQL | undefined = edge && isAt(place, ascending ? "<=" : ">=", edge);
    return orm
      .select()
      .from(o)
      .where(and(isListed, upTo, isNotNull(o.toAccountId), matchingWords(filter)))
      .orderBy(...order)
      .limit(rowsMax);
  };
  return lookThrough({ rowsMax, edge, wanted });
}
