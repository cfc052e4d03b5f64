import type { PathTemplate } from "./template.ts";

export interface Route<T> {
  readonly template: PathTemplate;
  readonly target: T;
}

/** The routes that end at one place, by HTTP method; `*` stands for any. */
export type Routes<T> = Map<string, Route<T>>;

/** Where a path's segments may lead. */
export interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  single: Node<T> | undefined;
  rest: Node<T> | undefined;
  readonly routesByVerb: Map<string, Routes<T>>;
  /** The target that was added first through this node. */
  readonly first: T | undefined;
}
