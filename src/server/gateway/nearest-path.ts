import { nearestOf } from "../suggestion.ts";
import type { Node } from "./route-tree.ts";

/** A path that leads somewhere, and how many segments of the one asked for it changes. */
export interface NearPath {
  readonly segments: readonly string[];
  readonly changes: number;
}

/** The path that is there and differs least; undefined where none is near. It goes down each branch of the templates once. */
export function nearestPath<T>(node: Node<T>, segments: readonly string[]): NearPath | undefined {
  const [segment, ...others] = segments;
  if (segment === undefined) return node.routesByVerb.has("") ? { segments: [], changes: 0 } : undefined;
  const isLast = others.length === 0;
  const [stem, verb] = isLast ? splitVerb(segment) : [segment, ""];
  const near: NearPath[] = [];
  const follow = (next: Node<T> | undefined, text: string, changes: number) => {
    if (next === undefined) return;
    const rest = isLast ? nearestVerb(next, verb) : nearestPath(next, others);
    if (rest === undefined) return;
    const [first = "", ...more] = isLast ? rest.segments : ["", ...rest.segments];
    near.push({ segments: [`${text}${first}`, ...more], changes: changes + rest.changes });
  };
  const literal = nearestOf(stem, node.literals.keys());
  if (literal !== undefined) follow(node.literals.get(literal), literal, literal === stem ? 0 : 1);
  follow(node.single, stem, 0);
  return near.sort((a, b) => a.changes - b.changes)[0];
}

/** What a path that ends here may end with: nothing, or a colon and a verb. */
function nearestVerb<T>({ routesByVerb }: Node<T>, verb: string): NearPath | undefined {
  if (routesByVerb.has(verb)) return { segments: [verb === "" ? "" : `:${verb}`], changes: 0 };
  const nearest = verb === "" ? undefined : nearestOf(verb, routesByVerb.keys());
  return nearest === undefined ? undefined : { segments: [`:${nearest}`], changes: 1 };
}

function splitVerb(segment: string): [stem: string, verb: string] {
  const colon = segment.lastIndexOf(":");
  return colon < 0 ? [segment, ""] : [segment.slice(0, colon), segment.slice(colon + 1)];
}
