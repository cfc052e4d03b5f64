import { useLayoutEffect, useState } from "preact/hooks";
import { useConsole } from "../../app/console.ts";
import { metricsIn } from "./exposition.ts";
import type { Sample } from "./figures.ts";
import { pauseMs, withSample } from "./history.ts";

export interface Watched {
  readonly samples: readonly Sample[];
  /** Whether it can answer; undefined before it was asked. */
  readonly isReady: boolean | undefined;
  /** Why there are no figures; empty where there are. */
  readonly problem: string;
}

/** Asks the service how it is, every few seconds for as long as somebody looks. */
export function useMetrics(): Watched {
  const { api } = useConsole();
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const [isReady, setReady] = useState<boolean>();
  const [problem, setProblem] = useState("");
  useLayoutEffect(() => {
    let isLookedAt = true;
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        const [ready, metrics] = await Promise.all(["/readyz", "/metrics"].map((path) => api.read(path)));
        if (!isLookedAt) return;
        setReady(ready?.status === 200);
        setProblem(metrics === undefined ? "" : problemOf(metrics));
        if (metrics?.status === 200) {
          const sample = { at: new Date(), metrics: metricsIn(metrics.text) };
          setSamples((last) => withSample(last, sample));
        }
      } catch {
        if (!isLookedAt) return;
        setReady(false);
        setProblem("The service does not answer.");
      }
    };
    void look();
    const timer = setInterval(look, pauseMs);
    return () => {
      clearInterval(timer);
      isLookedAt = false;
    };
  }, [api]);
  return { samples, isReady, problem };
}

function problemOf({ status, text }: { readonly status: number; readonly text: string }): string {
  if (status === 200) return "";
  if (status === 404)
    return "The figures of this service are on a port of their own, TALLYSTICK_METRICS_PORT, for Prometheus: the console cannot read them there.";
  return messageIn(text) || `The service answered with ${status}.`;
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === "string" ? message : "";
  } catch {
    return "";
  }
}
