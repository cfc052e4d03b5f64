import { percentDecode, percentDecodeExceptSlash } from "../requests/percent.ts";
import { beginnings, type NearPath, nearestPath, verbsAt } from "./nearest-path.ts";
import type { Node, Route, Routes } from "./route-tree.ts";
import type { PathTemplate, TemplateVariable } from "./template.ts";

/** Paths with more segments than this are not found. */
export const pathSegmentsMax = 100;

/** What a method and a path lead to. */
export type Routed<T> =
  | {
      readonly kind: "match";
      readonly target: T;
      /** Decoded values of the template's variables, in their order. */
      readonly captures: readonly string[];
    }
  | { readonly kind: "not found" }
  /** A segment holds a malformed escape, bytes that are not UTF-8, or NUL. */
  | { readonly kind: "malformed"; readonly segment: string }
  | { readonly kind: "method not allowed"; readonly allowed: readonly string[] };

/** The segments of a path, as they came and decoded. */
interface Segments {
  readonly raw: readonly string[];
  readonly decoded: readonly string[];
}

/**
 * Finds the target for an HTTP method and a path among google.api.http path templates.
 *
 * Where several match, a literal is better than `*`, and `*` better than `**`, segment by segment from the left; a route
 * that does not take the method leaves the path to the next one. A verb that some template has for the path is a verb;
 * any other text after a colon belongs to the last segment. Empty segments match nothing.
 */
export class Router<T> {
  private readonly root: Node<T> = createNode<T>(undefined);
  /** Segments of the longest template. */
  private deepest = 0;

  /** @param hintElsewhere what a path that leads nowhere may mean besides, as an end of a sentence */
  constructor(private readonly hintElsewhere: (path: string) => string = () => "") {}

  /** @throws Error if a template that matches the same paths has that method already. */
  add(httpMethod: string, template: PathTemplate, target: T): void {
    this.deepest = Math.max(this.deepest, template.segments.length);
    let node = this.root;
    for (const segment of template.segments) node = childFor(node, segment, target);
    const routes = node.routesByVerb.get(template.verb) ?? new Map<string, Route<T>>();
    const existing = routes.get(httpMethod);
    if (existing) {
      throw new Error(`${httpMethod} ${template.source} conflicts with ${existing.template.source}`);
    }
    routes.set(httpMethod, { template, target });
    node.routesByVerb.set(template.verb, routes);
  }

  /**
   * Routes a request. `path` begins with a slash, is still percent-encoded, and has no query. Where it ends with a slash and
   * leads nowhere, it is taken without, unless it may have lost the name of what was to be changed.
   */
  route(httpMethod: string, path: string): Routed<T> {
    const routed = this.routeExactly(httpMethod, path);
    return routed.kind === "not found" && isEndedBySlash(path) && !this.mayLackName(httpMethod, path)
      ? this.routeExactly(httpMethod, path.slice(0, -1))
      : routed;
  }

  private mayLackName(httpMethod: string, path: string): boolean {
    if (httpMethod === "GET" || httpMethod === "HEAD") return false;
    return httpMethod === "DELETE" || this.routeExactly(httpMethod, `${path}name`).kind === "match";
  }

  /** What may be wrong with a path that was not found, as an end of a sentence. */
  hint(httpMethod: string, path: string): string {
    const elsewhere = this.hintElsewhere(path);
    if (elsewhere !== "") return elsewhere;
    const isForgiven = isEndedBySlash(path) && !this.mayLackName(httpMethod, path);
    const segments = (isForgiven ? path.slice(0, -1) : path).split("/", pathSegmentsMax).slice(1);
    const empty = segments.indexOf("");
    if (empty >= 0)
      return segments.length === 1
        ? beginnings(this.root)
        : `: a segment is empty, after /${segments.slice(0, empty).join("/")}`;
    const nearest = this.nearestPath(segments);
    if (nearest !== undefined) return didYouMean(nearest);
    return this.root.literals.has(segments[0] ?? "") ? "" : beginnings(this.root);
  }

  /** What a path may mean whose last name ends like a mistyped verb, as an end of a sentence. */
  verbHint(path: string): string {
    const segments = path.split("/", pathSegmentsMax).slice(1);
    if (!segments.at(-1)?.includes(":")) return "";
    const nearest = this.nearestPath(segments);
    return nearest?.changes === 1 ? didYouMean(nearest) : "";
  }

  /** A path that is longer than all templates is near none, but for a slash that stands for the colon of a verb. */
  private nearestPath(segments: readonly string[]): NearPath | undefined {
    return segments.length > this.deepest + 1 ? undefined : nearestPath(this.root, segments);
  }

  /** What may follow a colon at the end of a path, as an end of a sentence; empty where it has none. */
  verbs(path: string): string {
    const segments = path.split("/", pathSegmentsMax).slice(1);
    return segments.at(-1)?.includes(":") ? verbsAt(this.root, segments) : "";
  }

  private routeExactly(httpMethod: string, path: string): Routed<T> {
    const raw = path.slice(1).split("/", pathSegmentsMax + 1);
    if (raw.length > pathSegmentsMax) return { kind: "not found" };
    const decoded: string[] = [];
    for (const segment of raw) {
      const text = percentDecode(segment);
      if (text === undefined) return { kind: "malformed", segment };
      decoded.push(text);
    }
    const segments = { raw, decoded };
    return this.routeVerb(httpMethod, segments) ?? this.routeSegments(httpMethod, segments, "");
  }

  /** The first target on the deepest branch that a path goes along; undefined where not even one segment fits. */
  nearest(path: string): T | undefined {
    let node = this.root;
    for (const raw of path.split("/", pathSegmentsMax).slice(1)) {
      const next = node.literals.get(percentDecode(raw) ?? "") ?? node.single ?? node.rest;
      if (!next) break;
      node = next;
    }
    return node.first;
  }

  private routeVerb(httpMethod: string, { raw, decoded }: Segments): Routed<T> | undefined {
    const last = raw.at(-1) ?? "";
    const colon = last.lastIndexOf(":");
    if (colon < 0) return undefined;
    const verb = percentDecode(last.slice(colon + 1));
    const stem = percentDecode(last.slice(0, colon));
    if (!verb || stem === undefined) return undefined;
    const stems = { raw: raw.with(-1, last.slice(0, colon)), decoded: decoded.with(-1, stem) };
    const routed = this.routeSegments(httpMethod, stems, verb);
    return routed.kind === "not found" ? undefined : routed;
  }

  private routeSegments(httpMethod: string, segments: Segments, verb: string): Routed<T> {
    const found = search(this.root, 0, { segments, verb, wanted: (routes) => routeIn(routes, httpMethod) });
    if (found !== undefined) {
      const captures = found.template.variables.map((variable) => capture(variable, segments));
      return { kind: "match", target: found.target, captures };
    }
    const allowed = this.methodsAt(segments, verb);
    return allowed.length === 0 ? { kind: "not found" } : { kind: "method not allowed", allowed };
  }

  private methodsAt(segments: Segments, verb: string): readonly string[] {
    const methods = new Set<string>();
    const note = (routes: Routes<T>): undefined => {
      for (const method of routes.keys()) methods.add(method);
    };
    search(this.root, 0, { segments, verb, wanted: note });
    if (methods.has("GET")) methods.add("HEAD");
    return [...methods].sort();
  }
}

function didYouMean({ segments }: NearPath): string {
  return `; did you mean /${segments.join("/")}?`;
}

function isEndedBySlash(path: string): boolean {
  return path.length > 1 && path.endsWith("/");
}

function createNode<T>(first: T | undefined): Node<T> {
  return { literals: new Map(), single: undefined, rest: undefined, routesByVerb: new Map(), first };
}

function childFor<T>(node: Node<T>, segment: PathTemplate["segments"][number], target: T): Node<T> {
  switch (segment.kind) {
    case "literal": {
      const child = node.literals.get(segment.text) ?? createNode(target);
      node.literals.set(segment.text, child);
      return child;
    }
    case "single":
      node.single ??= createNode(target);
      return node.single;
    case "rest":
      node.rest ??= createNode(target);
      return node.rest;
  }
}

function routeIn<T>(routes: Routes<T>, httpMethod: string): Route<T> | undefined {
  return routes.get(httpMethod) ?? (httpMethod === "HEAD" ? routes.get("GET") : undefined) ?? routes.get("*");
}

/** A path with a verb or none, and what is wanted of the routes to which it may lead. */
interface Search<T> {
  readonly segments: Segments;
  readonly verb: string;
  readonly wanted: (routes: Routes<T>) => Route<T> | undefined;
}

/** The first that is wanted of all routes that match, best first. Visits each node of the tree at most once, so it is bounded by the templates. */
function search<T>(node: Node<T>, index: number, of: Search<T>): Route<T> | undefined {
  const { segments, verb, wanted } = of;
  const segment = segments.decoded[index];
  let found: Route<T> | undefined;
  if (segment === undefined) {
    const routes = node.routesByVerb.get(verb);
    found = routes && wanted(routes);
  } else if (segment !== "") {
    const literal = node.literals.get(segment);
    found = literal && search(literal, index + 1, of);
    if (found === undefined && node.single) found = search(node.single, index + 1, of);
  }
  if (found !== undefined || node.rest === undefined) return found;
  const routes = node.rest.routesByVerb.get(verb);
  return routes && fitsRest(segments.raw.slice(index), verb) ? wanted(routes) : undefined;
}

/** `**` takes any number of segments; before a verb (`/files/:watch`) an empty one is none at all. */
function fitsRest(segments: readonly string[], verb: string): boolean {
  return segments.every((segment) => segment !== "") || (verb !== "" && segments.length === 1);
}

/** http.proto: a capture of exactly one segment is decoded fully, any other keeps its `%2F`. */
function capture({ start, end }: TemplateVariable, { raw, decoded }: Segments): string {
  if (end === start + 1) return decoded[start] ?? "";
  // route() has decoded every segment before, so none can be malformed here.
  return raw
    .slice(start, end)
    .map((segment) => percentDecodeExceptSlash(segment) ?? "")
    .join("/");
}
