import type { DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { useCallback, useLayoutEffect, useState } from "preact/hooks";
import { useConsole } from "../app/console.ts";
import { type Failure, failureOf } from "./failure.ts";
import { jsonOf } from "./same-call.ts";
import { useShownCall } from "./shown-calls.ts";

export interface Answered<T> {
  /** The newest one; that of the same question before it is there while it is asked again. */
  readonly answer: T | undefined;
  readonly failure: Failure | undefined;
  readonly isLoading: boolean;
  reload(): void;
}

interface State<T> {
  readonly key: string;
  readonly answer?: T;
  readonly failure?: Failure;
}

/**
 * Asks, and again where the request becomes another one, or the caller comes back. Nothing is asked where it is undefined.
 */
export function useAnswer<M extends DescMethodUnary>(
  method: M,
  request: MessageInitShape<M["input"]> | undefined,
): Answered<MessageShape<M["output"]>> {
  const { api, isLoggedIn } = useConsole();
  const call = request && { method, request: request as object };
  const key = call === undefined ? "" : `${method.name} ${JSON.stringify(jsonOf(call))}`;
  const [round, setRound] = useState(0);
  const [state, setState] = useState<State<MessageShape<M["output"]>>>({ key: "" });
  const [settled, setSettled] = useState("");
  const asked = `${round} ${key}`;
  useShownCall(call, key);
  useLayoutEffect(() => {
    if (request === undefined || !isLoggedIn) return;
    const aborted = new AbortController();
    api
      .ask(method, request, { signal: aborted.signal })
      .then(
        (answer) => ({ key, answer }),
        (error: unknown) => ({ key, failure: failureOf(error) }),
      )
      .then((next) => {
        if (aborted.signal.aborted) return;
        setState((last) => ("failure" in next && last.key === key ? { ...last, ...next } : next));
        setSettled(asked);
      });
    return () => aborted.abort();
  }, [asked, isLoggedIn]);
  const isCurrent = state.key === key;
  return {
    answer: isCurrent ? state.answer : undefined,
    failure: isCurrent && settled === asked ? state.failure : undefined,
    isLoading: request !== undefined && settled !== asked,
    reload: useCallback(() => setRound((last) => last + 1), []),
  };
}
