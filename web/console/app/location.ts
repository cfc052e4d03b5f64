import { useEffect, useState } from "preact/hooks";
import { base } from "./paths.ts";

/** Where in the console somebody is. */
export interface Place {
  /** Below the console, without a slash at either end. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const moved = "tallystick:moved";

export function placeNow(): Place {
  const path = location.pathname.slice(base.length).replace(/^\/+|\/+$/g, "");
  return { path, query: new URLSearchParams(location.search) };
}

export function hrefOf(path: string, query: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  const text = new URLSearchParams(given).toString();
  return `${base}/${path}${text && `?${text}`}`;
}

/** @param how `replace` where going back is to skip it */
export function go(href: string, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", href);
  else history.replaceState(null, "", href);
  dispatchEvent(new Event(moved));
}

export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const move = () => setPlace(placeNow());
    for (const event of [moved, "popstate"]) addEventListener(event, move);
    return () => {
      for (const event of [moved, "popstate"]) removeEventListener(event, move);
    };
  }, []);
  return place;
}

/** Goes where a link of the console leads without loading it anew; everything else is the browser's. */
export function followLinks(): () => void {
  const follow = (event: MouseEvent) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!isPlain || event.defaultPrevented || !(link instanceof HTMLAnchorElement)) return;
    const isOurs = link.origin === location.origin && `${link.pathname}/`.startsWith(`${base}/`);
    if (!isOurs || link.target !== "" || link.hasAttribute("download")) return;
    event.preventDefault();
    go(link.href);
  };
  document.addEventListener("click", follow);
  return () => document.removeEventListener("click", follow);
}
