import { createContext } from "preact";
import { useContext, useId, useLayoutEffect } from "preact/hooks";
import type { AskedCall } from "./same-call.ts";

/** Where a view's calls are noted, so that it shows the lines that do the same. */
export interface ShownCalls {
  show(id: string, call: AskedCall): void;
  hide(id: string): void;
}

export const ShownCallsContext = createContext<ShownCalls>({ show: () => undefined, hide: () => undefined });

/** @param key says whether the request is another one */
export function useShownCall(call: AskedCall | undefined, key: string): void {
  const calls = useContext(ShownCallsContext);
  const id = useId();
  useLayoutEffect(() => {
    if (call !== undefined) calls.show(id, call);
    return () => calls.hide(id);
  }, [calls, id, key]);
}
