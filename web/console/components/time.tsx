import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { useLayoutEffect, useState } from "preact/hooks";
import { dateOf, durationText, relativeText, timeText } from "../words/time.ts";

/** A moment where the reader is; its title has it in UTC, to the millisecond. */
export function Time({ of, relative = false }: { of: Timestamp | undefined; relative?: boolean }) {
  const date = dateOf(of);
  if (date === undefined) return <span class="quiet">–</span>;
  const text = timeText(date);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {text}
      {relative && <span class="quiet"> ({relativeText(date, new Date())})</span>}
    </time>
  );
}

/** What is left until then, second by second. */
export function Countdown({ to, after }: { to: Timestamp | undefined; after: string }) {
  const [now, setNow] = useState(() => Date.now());
  useLayoutEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const end = dateOf(to)?.getTime();
  if (end === undefined) return null;
  return (
    <span class="countdown" role="timer" title={timeText(new Date(end))}>
      {end > now ? durationText(end - now) : after}
    </span>
  );
}
