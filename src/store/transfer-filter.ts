import { and, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { TransferKind } from "../domain/perform/transfer.ts";
import { array } from "./arrays.ts";
import { transfers } from "./schema.ts";

/** Which transfers to answer; what is set must all hold. */
export interface TransferFilter {
  readonly kind?: TransferKind | undefined;
  readonly source?: string | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
  /** A key that the metadata must have, and the value, as text, that it must have there. */
  readonly metadata?: { readonly key: string; readonly value: string | undefined } | undefined;
  /** One of these accounts must be on either side. */
  readonly accountIds?: readonly string[] | undefined;
}

/** The filter as a condition on the rows of transfers. */
export function matching(filter: TransferFilter): SQL | undefined {
  const { kind, source, metadata, accountIds } = filter;
  return and(
    kind && eq(transfers.kind, kind),
    source === undefined ? undefined : eq(transfers.source, source),
    within(transfers.createdAt, filter),
    metadata && hasMetadata(metadata),
    accountIds && isBetween(accountIds),
  );
}

/** The filter's period as a condition on a time. */
export function within(time: PgColumn, { from, to }: TransferFilter): SQL | undefined {
  return and(from && gte(time, from), to && lt(time, to));
}

function hasMetadata({ key, value }: NonNullable<TransferFilter["metadata"]>): SQL {
  return value === undefined
    ? sql`${transfers.metadata} -> ${key}::text is not null`
    : sql`${transfers.metadata} ->> ${key}::text = ${value}`;
}

function isBetween(accountIds: readonly string[]): SQL {
  const ids = array(accountIds, "uuid");
  return sql`(${transfers.fromAccountId} = any(${ids}) or ${transfers.toAccountId} = any(${ids}))`;
}
