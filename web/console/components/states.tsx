import type { ComponentChildren } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { Failure } from "../api/failure.ts";

export function Loading({ what }: { what: string }) {
  return (
    <p class="state loading" role="status">
      Loading {what}…
    </p>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="state empty">{children}</p>;
}

/** Seconds until something may be tried again; 0 from then on. */
export function useSecondsLeft(ms: number | undefined, since: unknown): number {
  const [endsAt, setEndsAt] = useState(0);
  const [now, setNow] = useState(0);
  useLayoutEffect(() => {
    const begun = Date.now();
    setEndsAt(begun + (ms ?? 0));
    setNow(begun);
    if (ms === undefined) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [ms, since]);
  return Math.max(Math.ceil((endsAt - now) / 1_000), 0);
}

/** Why something failed, as the service said it, and how to go on. */
export function Problem({ failure, retry }: { failure: Failure; retry?: () => void }) {
  const seconds = useSecondsLeft(failure.retryAfterMs, failure);
  const mayPass = failure.isInDoubt || failure.retryAfterMs !== undefined;
  return (
    <div class="state problem" role="alert">
      <p>
        <strong>{failure.message}</strong>
      </p>
      <p>
        Reason: <ReasonLink reason={failure.reason} />
      </p>
      {retry !== undefined && mayPass && (
        <button type="button" onClick={retry} disabled={seconds > 0}>
          {seconds > 0 ? `Try again in ${seconds} s` : "Try again"}
        </button>
      )}
    </div>
  );
}

export function ReasonLink({ reason }: { reason: string }) {
  return (
    <a href={`../docs/errors#${reason.toLowerCase()}`} target="_blank" rel="noreferrer">
      <code>{reason}</code>
    </a>
  );
}
