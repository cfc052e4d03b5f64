import type { DescMethodUnary, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { useState } from "preact/hooks";
import { type Answered, useAnswer } from "./use-answer.ts";

/** A list, of which one page is there at a time however long it is. */
export interface Pages<T> extends Answered<T> {
  /** From 1. */
  readonly number: number;
  readonly hasNext: boolean;
  next(): void;
  previous(): void;
}

type PagedOutput = { readonly nextPageToken: string };

/**
 * @param key what the list is about: with another one it begins anew
 * @param request without its token
 */
export function usePages<M extends DescMethodUnary>(
  method: M,
  key: string,
  request: MessageInitShape<M["input"]> | undefined,
): Pages<MessageShape<M["output"]>> {
  const [turned, setTurned] = useState<{ readonly key: string; readonly tokens: readonly string[] }>();
  const tokens = turned?.key === key ? turned.tokens : [];
  const page = request && { ...request, pageToken: tokens.at(-1) ?? "" };
  const answered = useAnswer(method, page as MessageInitShape<M["input"]> | undefined);
  const nextToken = (answered.answer as PagedOutput | undefined)?.nextPageToken ?? "";
  return {
    ...answered,
    number: tokens.length + 1,
    hasNext: nextToken !== "",
    next: () => nextToken !== "" && setTurned({ key, tokens: [...tokens, nextToken] }),
    previous: () => tokens.length > 0 && setTurned({ key, tokens: tokens.slice(0, -1) }),
  };
}
