import { parseSync } from "@swc/core";

/** A node of a syntax tree, as swc makes it. */
export interface Node {
  readonly type: string;
  readonly [property: string]: unknown;
}

export function treeOf(text: string, tsx = false): Node {
  return parseSync(text, { syntax: "typescript", tsx, target: "es2022" }) as unknown as Node;
}

/** A node and all below it, those above first. No generator: that would be most of the time of whoever walks all trees. */
function nodesIn(value: unknown, nodes: Node[] = []): Node[] {
  if (typeof value !== "object" || value === null) return nodes;
  if ("type" in value && typeof value.type === "string") nodes.push(value as Node);
  for (const [name, inner] of Object.entries(value)) if (name !== "span") nodesIn(inner, nodes);
  return nodes;
}

/** Those of whole files, in which a test looks for one thing after another. */
const nodesOfFiles = new WeakMap<object, Node[]>();

export function nodesOf(value: unknown, ...types: readonly string[]): Node[] {
  const isFile = (value as Node | null | undefined)?.type === "Module";
  const nodes = (isFile && nodesOfFiles.get(value as Node)) || nodesIn(value);
  if (isFile) nodesOfFiles.set(value as Node, nodes);
  return nodes.filter(({ type }) => types.includes(type));
}

/** The name of an identifier, of what a member expression reads, of a key. */
export function nameOf(value: unknown): string | undefined {
  const node = value as Node | null | undefined;
  switch (node?.type) {
    case "Identifier":
    case "StringLiteral":
      return String(node["value"]);
    case "MemberExpression":
      return nameOf(node["property"]);
    case "Computed":
      return nameOf(node["expression"]);
    default:
      return undefined;
  }
}

/** Every name in a tree. */
export function namesIn(value: unknown): string[] {
  return nodesOf(value, "Identifier").map((node) => String(node["value"]));
}

/** What a file imports, exports from, or imports later, as it is written. */
export function specifiersIn(tree: Node): string[] {
  const declared = nodesOf(
    tree,
    "ImportDeclaration",
    "ExportAllDeclaration",
    "ExportNamedDeclaration",
  ).flatMap(({ source }) => nameOf(source) ?? []);
  const later = nodesOf(tree, "CallExpression")
    .filter(({ callee }) => (callee as Node).type === "Import")
    .flatMap((call) => argumentsOf(call).map((argument) => nameOf(argument) ?? "what is not a literal"));
  const types = nodesOf(tree, "TsImportType").flatMap(({ argument }) => nameOf(argument) ?? []);
  return [...declared, ...later, ...types];
}

export function argumentsOf({ arguments: list }: Node): Node[] {
  return ((list ?? []) as { expression: Node }[]).map(({ expression }) => expression);
}

/** The names along a chain such as `orm.select(x).from(y)`, the last one first. */
export function chainOf(value: unknown): string[] {
  const node = value as Node;
  switch (node.type) {
    case "CallExpression":
      return chainOf(node["callee"]);
    case "MemberExpression":
      return [nameOf(node) ?? "", ...chainOf(node["object"])];
    default:
      return [nameOf(node) ?? ""];
  }
}

/** The texts of a file: literals, and templates with `…` where something is put in. */
export function textsIn(tree: unknown): string[] {
  const literals = nodesOf(tree, "StringLiteral").map((node) => String(node["value"]));
  const templates = nodesOf(tree, "TemplateLiteral").map(textOf);
  return [...literals, ...templates];
}

export function textOf({ quasis }: Node): string {
  return ((quasis ?? []) as { raw: string }[]).map(({ raw }) => raw).join("…");
}
