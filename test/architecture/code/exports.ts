import { findingsIn, scripts, sources, tests } from "../sources.ts";
import { type Node, nameOf, namesIn, nodesOf, treeOf } from "../syntax.ts";

/** The values that a module exports. Types are there for the signatures that name them. */
function valuesExported(tree: Node): string[] {
  return nodesOf(tree, "ExportDeclaration").flatMap(({ declaration }) => {
    const { type, identifier, declarations } = declaration as Node;
    if (type === "VariableDeclaration")
      return (declarations as { id: unknown }[]).flatMap(({ id }) => nameOf(id) ?? []);
    return type === "FunctionDeclaration" || type === "ClassDeclaration" ? [nameOf(identifier) ?? ""] : [];
  });
}

/** Of what is imported later it is not known what is taken of it: everything that the module names may be. */
function namesImported(tree: Node): string[] {
  const isLater = nodesOf(tree, "CallExpression").some(({ callee }) => (callee as Node).type === "Import");
  return isLater
    ? namesIn(tree)
    : nodesOf(tree, "ImportSpecifier").flatMap(({ imported, local }) => nameOf(imported ?? local) ?? []);
}

it("a module exports no value that nobody imports", () => {
  const imported = new Set([...sources, ...tests, ...scripts].flatMap(({ tree }) => namesImported(tree)));
  const unused = findingsIn(sources, ({ tree }) =>
    valuesExported(tree).filter((name) => !imported.has(name)),
  );
  expect(unused).toEqual([]);
});

it("exports and imports are seen", () => {
  const tree =
    treeOf(`export const a: number = 1; export function b() {} export class C {} export interface D {}
    import { type e, f as g } from "./h.ts"`);
  expect(valuesExported(tree)).toEqual(["a", "b", "C"]);
  expect(namesImported(tree)).toEqual(["e", "f"]);
});
