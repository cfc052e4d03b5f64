import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { until } from "../support/until.ts";
import type { LedgerClient } from "../workload/calls.ts";

const pageSize = 20;
const callMsMax = 5_000;
const pauseMs = 20;
const recoveryMsMax = 45_000;
/** What tells that the same may be asked again. */
const passing = [Code.Unavailable, Code.DeadlineExceeded, Code.ResourceExhausted];

/** Follows the transfers of an organization, page by page, until it is told to stop. */
export class Follower {
  /** The ids of transfers, as they were answered. */
  readonly seen: string[] = [];
  private readonly following: Promise<void>;
  private pages = 0;
  private isOver = false;

  constructor(
    private readonly organization: string,
    private readonly client: LedgerClient,
  ) {
    this.following = this.follow();
    // Whoever waits hears of it; between two waits nobody does.
    this.following.catch(() => undefined);
  }

  /** Waits until it has asked for one page more, and has its answer. */
  async untilAsked(): Promise<void> {
    const enough = this.pages + 2;
    await Promise.race([this.following, until(async () => this.pages >= enough, recoveryMsMax)]);
  }

  /** Resolves when it has seen all that was done before. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.following;
  }

  private async follow(): Promise<void> {
    for (let pageToken = ""; ; ) {
      const isLast = this.isOver;
      const page = await this.page(pageToken);
      this.pages += 1;
      if (page !== undefined) {
        this.seen.push(...page.transfers.map(({ id }) => id));
        pageToken = page.nextPageToken;
        if (isLast && page.transfers.length === 0) return;
      }
      await sleep(pauseMs);
    }
  }

  private async page(pageToken: string) {
    const request = { organization: this.organization, ascending: true, pageSize, pageToken };
    try {
      return await this.client.listTransfers(request, { timeoutMs: callMsMax });
    } catch (error) {
      if (error instanceof ConnectError && passing.includes(error.code)) return undefined;
      throw error;
    }
  }
}
