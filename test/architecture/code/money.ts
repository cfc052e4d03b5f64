import { holds } from "../../../src/store/schema.ts";
import { findingsIn, sources } from "../sources.ts";
import { argumentsOf, type Node, nameOf, namesIn, nodesOf, textOf, treeOf } from "../syntax.ts";

const amounts = new Set(
  "amount balance minimumBalance posted held funded spent withdrawn available required remaining captured".split(
    " ",
  ),
);
const isMoney = (name: string | undefined) => name !== undefined && amounts.has(name);
const mentionsMoney = (tree: unknown) => namesIn(tree).some(isMoney);

/** What is declared under the name of an amount: parameters, variables, properties. */
function* numbersIn(tree: Node): Generator<string> {
  for (const node of nodesOf(tree, "Identifier", "TsPropertySignature", "ClassProperty", "PrivateProperty")) {
    const name = node.type === "Identifier" ? nameOf(node) : nameOf(node["key"]);
    if (isMoney(name) && isNumber((node["typeAnnotation"] as Node | null)?.["typeAnnotation"]))
      yield `${name} is a number`;
  }
}

/** `number`, or what holds one beside others: a union, an array. */
function isNumber(type: unknown): boolean {
  const node = type as Node | undefined;
  switch (node?.type) {
    case "TsKeywordType":
      return node["kind"] === "number";
    case "TsUnionType":
      return (node["types"] as Node[]).some(isNumber);
    case "TsArrayType":
      return isNumber(node["elemType"]);
    case "TsTypeOperator":
    case "TsOptionalType":
      return isNumber(node["typeAnnotation"]);
    default:
      return false;
  }
}

const makers = new Set(["Number", "parseInt", "parseFloat"]);

function* conversionsIn(tree: Node): Generator<string> {
  for (const call of nodesOf(tree, "CallExpression")) {
    const callee = call["callee"] as Node;
    const name = nameOf(callee) ?? "";
    const of = nameOf(callee["object"]);
    if (name === "parseFloat" || name === "toNumber") yield name;
    const makes = makers.has(name) || of === "Math";
    if (makes && argumentsOf(call).some(mentionsMoney)) yield `${name}(an amount)`;
    // How a column becomes a value.
    const isRead = name === "mapWith" && argumentsOf(call).some((argument) => nameOf(argument) === "Number");
    if (isRead && mentionsMoney(callee["object"])) yield "mapWith(Number) of an amount";
  }
  for (const { operator, argument } of nodesOf(tree, "UnaryExpression")) {
    if (operator === "+" && mentionsMoney(argument)) yield "+ an amount";
  }
  for (const template of nodesOf(tree, "TemplateLiteral")) {
    if (/\.toNumber\(|::(float|real|double)/.test(textOf(template))) yield "a float in SQL";
  }
}

describe("money", () => {
  it("is never a number", () => {
    expect(findingsIn(sources, ({ tree }) => numbersIn(tree))).toEqual([]);
  });

  it("never becomes one", () => {
    expect(findingsIn(sources, ({ tree }) => conversionsIn(tree))).toEqual([]);
  });

  it("is decimal in every column", () => {
    const columns = sources
      .filter(({ path }) => path.startsWith("src/store/schema/"))
      .flatMap(({ tree }) => nodesOf(tree, "KeyValueProperty"))
      .filter(({ key, value }) => isMoney(nameOf(key)) && (value as Node).type === "CallExpression");
    expect(columns.length).toBeGreaterThan(5);
    for (const { key, value } of columns) {
      const isDecimal = namesIn(value).some((name) => name === "money" || name === "total");
      expect({ column: nameOf(key), isDecimal }).toEqual({ column: nameOf(key), isDecimal: true });
    }
    expect([holds.amount, holds.captured].map((column) => column.getSQLType())).toEqual([
      "numeric(28, 9)",
      "numeric(38, 9)",
    ]);
  });

  it.each([
    ["a parameter", "function f(amount: number) {}", numbersIn],
    ["a property that may be missing", "interface A { readonly balance?: number | null }", numbersIn],
    ["a list", "class A { held: readonly number[] = [] }", numbersIn],
    ["a variable over lines", "const amount:\n number = 1;", numbersIn],
    ["Number", "Number(row.amount)", conversionsIn],
    ["Math over lines", "Math.max(\n 0, row.held)", conversionsIn],
    ["a sign", "+row.amount", conversionsIn],
    ["a column", "sum(accounts.funded).mapWith(Number)", conversionsIn],
  ])("is seen as %s", (_, text, find) => {
    expect([...find(treeOf(text))]).toHaveLength(1);
  });
});
