import { useCallback, useRef, useState } from "preact/hooks";
import { LedgerService } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { OrganizationService } from "../../../../gen/tallystick/v1/organization_pb.ts";
import type { Api } from "../../api/api.ts";
import { type Failure, failureOf } from "../../api/failure.ts";
import { useConsole } from "../../app/console.ts";
import { nothingChecked, type Progress, withChecked, withUnknown } from "./progress.ts";

export interface Verification extends Progress {
  readonly state: "idle" | "running" | "stopped" | "done";
  /** The organization that is read now. */
  readonly current: string;
  /** Why the organizations could not be listed. */
  readonly failure: Failure | undefined;
  /** Begins; with a name of that organization alone. */
  begin(name: string): void;
  stop(): void;
  /** Stops, and is as at the beginning. */
  forget(): void;
}

/** Verifies ledgers one after another, each as one call, so that it is seen how far it has come, and can be stopped. */
export function useVerification(): Verification {
  const { api } = useConsole();
  const [progress, setProgress] = useState(nothingChecked);
  const [state, setState] = useState<Verification["state"]>("idle");
  const [current, setCurrent] = useState("");
  const [failure, setFailure] = useState<Failure>();
  const running = useRef<AbortController>(null);
  const stop = useCallback(() => running.current?.abort(), []);
  const forget = useCallback(() => {
    stop();
    running.current = null;
    setProgress(nothingChecked);
    setFailure(undefined);
    setCurrent("");
    setState("idle");
  }, [stop]);
  const begin = useCallback(
    async (name: string) => {
      stop();
      const aborted = new AbortController();
      const { signal } = aborted;
      running.current = aborted;
      setProgress(nothingChecked);
      setFailure(undefined);
      setState("running");
      try {
        for await (const organization of name === "" ? organizationsOf(api, signal) : [name]) {
          setCurrent(organization);
          try {
            const answer = await api.ask(LedgerService.method.verifyLedger, { organization }, { signal });
            if (signal.aborted) break;
            setProgress((last) => withChecked(last, answer));
          } catch (error) {
            if (signal.aborted) break;
            setProgress((last) => withUnknown(last, organization, failureOf(error)));
          }
        }
      } catch (error) {
        if (!signal.aborted) setFailure(failureOf(error));
      }
      if (running.current !== aborted) return;
      setCurrent("");
      setState(signal.aborted ? "stopped" : "done");
    },
    [api],
  );
  return { ...progress, state, current, failure, begin, stop, forget };
}

/** The names of all organizations, page by page. */
async function* organizationsOf(api: Api, signal: AbortSignal): AsyncGenerator<string> {
  let pageToken = "";
  do {
    const request = { pageSize: 1_000, pageToken };
    const page = await api.ask(OrganizationService.method.listOrganizations, request, { signal });
    yield* page.organizations.map(({ name }) => name);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && !signal.aborted);
}
