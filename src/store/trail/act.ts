import { v7 as uuidv7 } from "uuid";
import { clockIn } from "../driver/clock.ts";
import type { Database } from "../driver/database.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { acts, platformActs, type Shown } from "../schema.ts";
import type { By } from "./by.ts";
import { type OrganizationVerb, type PlatformVerb, verbs } from "./verbs.ts";

/** What is noted of an act. `before` is null of what came into being, `after` of what is gone. */
export type Noted = {
  /** What it was done to, as REST paths name it behind the organization: `customers/<id>`. */
  readonly target: string;
  readonly before: Shown | null;
  readonly after: Shown | null;
} & (
  | { readonly verb: OrganizationVerb; readonly orgId: string }
  | { readonly verb: PlatformVerb; readonly orgId: string | null }
);

/** A transaction of somebody who does something that is recorded. Only `acting` makes one. */
export interface Act {
  readonly orm: Orm;
  readonly isDistributed: boolean;
  readonly by: By;
  /** Notes what was done, once for each thing that it was done to. */
  note(noted: Noted): void;
  /** Has something done behind the records, as the last that the transaction asks for. */
  lastly(step: () => Promise<void>): void;
}

/**
 * Runs `work` in one transaction that ends with the records of what it noted: an act and its record stand together or not at
 * all.
 *
 * @throws Error where something was changed and nothing noted
 */
export function acting<T>(database: Database, by: By, work: (act: Act) => Promise<T>): Promise<T> {
  return database.transaction(async (orm, { isDistributed, changing }) => {
    const noted: Noted[] = [];
    const last: (() => Promise<void>)[] = [];
    const result = await work({
      orm,
      isDistributed,
      by,
      note: (each) => void noted.push(each),
      lastly: (step) => void last.push(step),
    });
    if (noted.length === 0 && changing.size > 0)
      throw new Error(`${by.methodName} changed something and noted no act`);
    await recordAll(orm, by, noted);
    for (const step of last) await step();
    return result;
  }, by.signal);
}

const requestIdCharactersMax = 256;

/** The clock is asked while all that was changed is locked: what was decided by what was before it is older, and nothing else. */
async function recordAll(orm: Orm, by: By, noted: readonly Noted[]): Promise<void> {
  if (noted.length === 0) return;
  const at = await clockIn(orm);
  for (const each of noted) await record(orm, by, { ...each, at });
}

async function record(
  orm: Orm,
  { actor, methodName: method, requestId }: By,
  noted: Noted & { readonly at: Date },
): Promise<void> {
  const row = {
    id: uuidv7(),
    actor,
    method,
    requestId: requestId.slice(0, requestIdCharactersMax),
    ...noted,
  };
  if (verbs[noted.verb] === "platform") await orm.insert(platformActs).values(row);
  else await orm.insert(acts).values({ ...row, orgId: noted.orgId ?? "" });
}
