import type { Amount } from "../../domain/amount.ts";
import { temporaryLimitsMax, withTemporaryLimit } from "../../domain/limit.ts";
import { type Account, temporaryLimitsOf } from "../books/account.ts";
import type { Database } from "../driver/database.ts";
import { acting } from "../trail/act.ts";
import type { By } from "../trail/by.ts";
import {
  type CustomerAccount,
  changeLimits,
  noLimits,
  type OwnLimits,
  storedLimits,
} from "./account-limit.ts";
import { requireLimitWithin } from "./limit-ceiling.ts";

/** How low a customer's balance may go from now on. */
export type NewLimit = {
  /** How far captures may go below it; null: as the currency says; left out: as it is. */
  readonly captureOverdraft?: Amount | null | undefined;
} & (
  | {
      /** Every limit stays as it is. */
      readonly minimumBalance?: undefined;
      readonly endsAt?: undefined;
    }
  | {
      /** Null clears the customer's own limit. */
      readonly minimumBalance: Amount | null;
      /** For ever. */
      readonly endsAt: null;
    }
  | {
      readonly minimumBalance: Amount;
      /** From then on the limit before holds again. */
      readonly endsAt: Date;
    }
);

/** Why a limit was not set: its end has passed, or as many with an end wait already. */
export type LimitObstacle = "ended" | "too many";

/** Thrown to undo what was only tried. */
class DryRun extends Error {}

/** Sets limits. To set one twice is to set it once. */
export class Limits {
  constructor(private readonly database: Database) {}

  /**
   * The account with its limit as it then is; undefined where there is no such customer. With `dryRun` nothing stays
   * changed, and an account that came into being for it goes with it.
   */
  async set(
    which: CustomerAccount,
    limit: NewLimit,
    { dryRun, by }: { readonly dryRun: boolean; readonly by: By },
  ): Promise<Account | LimitObstacle | undefined> {
    let outcome: Account | LimitObstacle | undefined;
    await acting(this.database, by, async (act) => {
      let hadCreditLimit = false;
      outcome = await changeLimits(act, which, (own, at) => {
        hadCreditLimit = own.ownCreditLimit !== null;
        return limited(own, limit, at);
      });
      if (by.isBounded && typeof outcome === "object") {
        const clearsCreditLimit = hadCreditLimit && limit.endsAt === null;
        await requireLimitWithin(act.orm, which, { limit, clearsCreditLimit, outcome });
      }
      if (dryRun || typeof outcome !== "object") throw new DryRun();
    }).catch((error: unknown) => {
      if (!(error instanceof DryRun)) throw error;
    });
    return outcome;
  }
}

/** What the row of an account says with a new limit. */
function limited(own: OwnLimits, limit: NewLimit, at: Date): Partial<OwnLimits> | LimitObstacle {
  const { minimumBalance, endsAt, captureOverdraft } = limit;
  const overdraft = captureOverdraft !== undefined && {
    captureOverdraft: captureOverdraft?.toString() ?? null,
  };
  if (minimumBalance === undefined) return { ...overdraft };
  if (endsAt === null) {
    return { ...noLimits, minimumBalance: minimumBalance?.toString() ?? null, ...overdraft };
  }
  if (endsAt <= at) return "ended";
  const current = temporaryLimitsOf(own.temporaryLimits).filter((each) => each.endsAt > at);
  const temporary = withTemporaryLimit(current, { minimum: minimumBalance, endsAt });
  if (temporary.length > temporaryLimitsMax) return "too many";
  return { temporaryLimits: storedLimits(temporary), ...overdraft };
}
