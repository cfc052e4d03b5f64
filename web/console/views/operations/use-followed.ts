import { useCallback, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { LedgerService, type Transfer } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { type Failure, failureOf } from "../../api/failure.ts";
import { useConsole } from "../../app/console.ts";
import { emptyFeed, type Feed, nextPauseMs, resumed, withNew } from "./feed.ts";

const pageSize = 100;
/** Until it is tried again after a failure that says nothing of it. */
const failurePauseMs = 5_000;

export interface Followed extends Feed<Transfer> {
  readonly isPaused: boolean;
  /** Why the newest question was not answered; it is asked again. */
  readonly failure: Failure | undefined;
  /** Whether it has begun: from now on nothing is missed. */
  readonly isFollowing: boolean;
  pause(): void;
  resume(): void;
}

type Event = { readonly came: readonly Transfer[]; readonly isPaused: boolean } | "resume";

function changed(feed: Feed<Transfer>, event: Event): Feed<Transfer> {
  return event === "resume" ? resumed(feed) : withNew(feed, event.came, event.isPaused);
}

/** Transfers of an organization as they are booked, from now on. A tab that nobody sees asks nothing, and then catches up. */
export function useFollowed(organization: string): Followed {
  const { api } = useConsole();
  const [feed, happen] = useReducer<Feed<Transfer>, Event>(changed, emptyFeed);
  const [isPaused, setPaused] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [isFollowing, setFollowing] = useState(false);
  const paused = useRef(isPaused);
  paused.current = isPaused;
  useLayoutEffect(() => {
    const aborted = new AbortController();
    const follow = async () => {
      let [token, pauseMs] = ["", 0];
      while (!aborted.signal.aborted) {
        await seen(aborted.signal);
        try {
          const page = await api.ask(
            LedgerService.method.listTransfers,
            { organization, ascending: true, fromNow: true, pageSize, pageToken: token },
            { signal: aborted.signal },
          );
          if (aborted.signal.aborted) return;
          setFailure(undefined);
          setFollowing(true);
          token = page.nextPageToken;
          happen({ came: page.transfers, isPaused: paused.current });
          const rows = page.transfers.length;
          pauseMs = nextPauseMs(pauseMs, { rows, isFull: rows === pageSize });
        } catch (error) {
          if (aborted.signal.aborted) return;
          const failed = failureOf(error);
          setFailure(failed);
          // A token of before a restore is worth nothing: it begins anew.
          if (failed.violations.has("pageToken")) token = "";
          pauseMs = failed.retryAfterMs ?? failurePauseMs;
        }
        await passed(pauseMs, aborted.signal);
      }
    };
    void follow();
    return () => aborted.abort();
  }, [api, organization]);
  const resume = useCallback(() => {
    setPaused(false);
    happen("resume");
  }, []);
  return { ...feed, isPaused, failure, isFollowing, pause: useCallback(() => setPaused(true), []), resume };
}

/** Waits until somebody can see the page. */
function seen(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === "visible") return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", () => resolve(), { once: true, signal });
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function passed(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}
