import { nearestOf } from "../../bounds/suggestion.ts";
import type { Node } from "./route-tree.ts";

/** A path that leads somewhere, and how many segments of the one asked for it changes. */
export interface NearPath {
  readonly segments: readonly string[];
  readonly changes: number;
}

/** How many names may be missing, as `tallystick` and `v1` in front. */
const missingMax = 2;
/** From so many letters on the beginning of a verb stands for it. */
const beginningMin = 3;

/**
 * The path that is there and differs least; undefined where none is near. Names may be mistyped or, if nothing is near
 * otherwise, missing, and a slash may stand for the colon of a verb. It goes down each branch of the templates a few times.
 */
export function nearestPath<T>(node: Node<T>, segments: readonly string[]): NearPath | undefined {
  for (let missing = 0; missing <= missingMax; missing += 1) {
    const near = nearestBelow(node, segments, { missing, isAfterMissing: false });
    if (near !== undefined) return near;
  }
  return undefined;
}

interface Leeway {
  /** How many names may be missing from here on. */
  readonly missing: number;
  /** Whether one is missing just here. What comes next has to be a name that the templates have: anything would fit a variable. */
  readonly isAfterMissing: boolean;
}

function nearestBelow<T>(node: Node<T>, segments: readonly string[], leeway: Leeway): NearPath | undefined {
  const { missing, isAfterMissing } = leeway;
  const [segment, ...others] = segments;
  if (segment === undefined) return node.routesByVerb.has("") && !isAfterMissing ? ended : undefined;
  const isLast = others.length === 0;
  const [stem, verb] = isLast ? splitVerb(segment) : [segment, ""];
  const near: NearPath[] = [];
  const add = (before: string, rest: NearPath | undefined, changes: number) => {
    if (rest !== undefined)
      near.push({ segments: [before, ...rest.segments], changes: changes + rest.changes });
  };
  const follow = (next: Node<T> | undefined, name: string, changes: number) => {
    if (next === undefined) return;
    if (!isLast) add(name, nearestBelow(next, others, { missing, isAfterMissing: false }), changes);
    // What is listed by a name more has that name forgotten: `balance` for `balances/USD`.
    const further =
      isLast && verb === "" ? [...(next.single?.routesByVerb.get("")?.values() ?? [])][0] : undefined;
    if (further !== undefined && !next.routesByVerb.has(""))
      add(name, { segments: [`{${further.template.variables.at(-1)?.fieldPath}}`], changes: 1 }, changes);
    const [asked, more] = isLast ? [verb, 0] : others.length === 1 ? [others[0] ?? "", 1] : [undefined, 0];
    const meant = asked === undefined ? undefined : nearestVerb(next, asked);
    if (meant === undefined) return;
    add(meant === "" ? name : `${name}:${meant}`, ended, changes + more + (meant === asked ? 0 : 1));
  };
  const literal = nearestOf(stem, node.literals.keys());
  if (literal !== undefined) follow(node.literals.get(literal), literal, literal === stem ? 0 : 1);
  if (!isAfterMissing) follow(node.single, stem, 0);
  if (missing > 0)
    for (const [name, next] of node.literals)
      add(name, nearestBelow(next, segments, { missing: missing - 1, isAfterMissing: true }), 1);
  return near.sort((a, b) => a.changes - b.changes)[0];
}

const ended: NearPath = { segments: [], changes: 0 };

/** The verb of a path that ends here which is asked for or differs least; empty for the path without one. */
function nearestVerb<T>({ routesByVerb }: Node<T>, asked: string): string | undefined {
  if (routesByVerb.has(asked)) return asked;
  const verbs = verbsOf(routesByVerb);
  const [begun, ...others] = verbs.filter((verb) => asked.length >= beginningMin && verb.startsWith(asked));
  return asked === "" ? undefined : (nearestOf(asked, verbs) ?? (others.length === 0 ? begun : undefined));
}

/** The verbs that the node of a path has, as an end of a sentence; empty where it has none. */
export function verbsAt<T>(root: Node<T>, segments: readonly string[]): string {
  let node: Node<T> | undefined = root;
  for (const segment of segments) node = node?.literals.get(splitVerb(segment)[0]) ?? node?.single;
  const verbs = node === undefined ? [] : verbsOf(node.routesByVerb);
  return verbs.length === 0 ? "" : `; what may follow a colon there: ${verbs.join(", ")}`;
}

function verbsOf(routesByVerb: ReadonlyMap<string, unknown>): string[] {
  return [...routesByVerb.keys()].filter((verb) => verb !== "");
}

/** The paths with which all others begin, as an end of a sentence. */
export function beginnings<T>({ literals }: Node<T>): string {
  const paths = [...literals].map(([name, node]) => `/${name}${commonBelow(node)}`);
  return paths.length === 0 ? "" : `; paths begin with ${paths.join(", ")}`;
}

function commonBelow<T>({ literals, single, rest, routesByVerb }: Node<T>): string {
  const [only, ...more] = literals;
  const isFork = more.length > 0 || single !== undefined || rest !== undefined || routesByVerb.size > 0;
  return only === undefined || isFork ? "" : `/${only[0]}${commonBelow(only[1])}`;
}

function splitVerb(segment: string): [stem: string, verb: string] {
  const colon = segment.lastIndexOf(":");
  return colon < 0 ? [segment, ""] : [segment.slice(0, colon), segment.slice(colon + 1)];
}
