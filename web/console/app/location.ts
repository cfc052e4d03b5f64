import { useLayoutEffect, useState } from "preact/hooks";

/** Where in the console somebody is. */
export interface Place {
  /** Without a slash at either end. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * Places are behind the `#` of the address: no server and no proxy reads in its log whose page was looked at, and the console is the same
 * one below whatever path a proxy serves it.
 */
function placeNow(): Place {
  const [path = "", query = ""] = location.hash.slice(1).split("?", 2);
  return { path: path.replace(/^\/+|\/+$/g, ""), query: new URLSearchParams(query) };
}

export function hrefOf(path: string, query: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  const text = new URLSearchParams(given).toString();
  return `#/${path}${text && `?${text}`}`;
}

/** @param how `replace` where going back is to skip it */
export function go(href: string, how: "push" | "replace" = "push"): void {
  if (how === "push") location.hash = href;
  else {
    history.replaceState(null, "", href);
    dispatchEvent(new Event("hashchange"));
  }
}

export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow);
  useLayoutEffect(() => {
    const move = () => setPlace(placeNow());
    addEventListener("hashchange", move);
    // What is inside may have gone elsewhere before anybody listened.
    move();
    return () => removeEventListener("hashchange", move);
  }, []);
  return place;
}

/** Where the service is that the console came from, without a slash at the end. */
export function serviceUrl(): string {
  return new URL("..", location.href.split("#")[0]).href.replace(/\/$/, "");
}
