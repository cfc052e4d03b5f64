import type { TestCredential } from "../support/service.ts";

/** What every protocol is asked for. A call that fails rejects with connect's error, in whatever form it came in. */
export interface BillingClient {
  getBillingBalance(request: { orgId: string; id: string }): Promise<Balance>;
  createBillingUsage(request: { orgId: string; usages: readonly UsageFields[] }): Promise<void>;
  close?(): void;
}

export interface Balance {
  readonly amount: bigint;
  readonly currency: string;
}

export interface UsageFields {
  readonly id: string;
  readonly amount: bigint;
  readonly source: string;
}

/** One way to speak to the service. */
export interface Protocol {
  readonly name: string;
  connect(url: string, credential: TestCredential): BillingClient;
}

/** For clients whose answers leave a field unset that must be there. */
export function requireBalance<B>(balance: B | undefined): B {
  if (balance === undefined) throw new Error("the answer holds no balance");
  return balance;
}
