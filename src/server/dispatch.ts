import type { Protocol } from "./calls.ts";
import { operationPaths } from "./operations/operation-paths.ts";
import type { Pages } from "./pages/pages.ts";

/** What of a request decides who answers it. */
export interface Target {
  /** The path without the query. */
  readonly path: string;
  readonly contentType: string | undefined;
  /** Whether there is a `connect-protocol-version`, by which a Connect client with a JSON body shows itself. */
  readonly isConnect: boolean;
  /** What the client takes. */
  readonly accept?: string | undefined;
}

export type Route = "operations" | "rpc" | "pages" | "rest";

/** What there is at the port beside operations and REST. */
export interface Served {
  /** Full names of the services. */
  readonly services: ReadonlySet<string>;
  readonly pages: Pick<Pages, "owns">;
}

/** `/package.Service/Method`: no path of REST begins with a name that has a point. */
const rpcPath = /^\/\w+(?:\.\w+)+\/\w+$/;
const rpcContentType = /^application\/(grpc|connect\+|proto\b)/i;

/**
 * Who answers a request: an RPC protocol if it names a service that is served, has a path as only methods have, or, where there can be no
 * page, a content type that only those protocols use, so that a client of an unknown service still gets an answer in its own protocol. What leads nowhere is REST's.
 */
export function dispatch(target: Target, { services, pages }: Served): Route {
  if (operationPaths.has(target.path)) return "operations";
  const end = target.path.indexOf("/", 1);
  const service = target.path.slice(1, end < 0 ? undefined : end);
  if (services.has(service) || rpcPath.test(target.path)) return "rpc";
  // Before what else a request says: a cache on the way keeps a page by its path.
  if (pages.owns(target.path, target.accept)) return "pages";
  if (target.contentType !== undefined && rpcContentType.test(target.contentType)) return "rpc";
  return target.isConnect ? "rpc" : "rest";
}

/** How a call comes in that goes there. */
export function protocolOf(route: Exclude<Route, "operations" | "pages">, contentType = ""): Protocol {
  if (route === "rest") return "rest";
  if (/^application\/grpc-web/i.test(contentType)) return "grpc-web";
  return /^application\/grpc/i.test(contentType) ? "grpc" : "connect";
}
