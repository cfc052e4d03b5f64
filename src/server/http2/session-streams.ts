import type http2 from "node:http2";
import { PassingMap } from "../../bounds/passing-map.ts";

/** The newest of which it is known what it asks of that Map. */
const newestNode = 24;

/**
 * Has Node keep the streams of a session, which it has in a Map, as what comes and goes with every call. Of that Map's tables one
 * that is full holds all that were open then: of a busy connection the calls since the last full collection
 * would live until the next, a tenth of what is allocated. A Node that is newer, or keeps them otherwise, is left alone.
 */
export function keepStreamsYoung(session: http2.ServerHttp2Session): void {
  const state = stateOf(session);
  const isKnown = Number.parseInt(process.versions.node, 10) <= newestNode;
  if (isKnown && state?.streams?.size === 0) state.streams = new PassingMap<number, object>();
}

interface State {
  streams?: { readonly size: number };
}

/** What Node knows of a session. */
export function stateOf(session: http2.ServerHttp2Session): State | undefined {
  const symbol = Object.getOwnPropertySymbols(session).find(({ description }) => description === "state");
  return symbol && (session as unknown as Record<symbol, State>)[symbol];
}
