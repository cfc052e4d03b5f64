import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { DescMethod } from "@bufbuild/protobuf";
import { Scope } from "../../../gen/tallystick/options/v1/options_pb.ts";
import * as needs from "../../../src/api/needs.ts";
import { services } from "../../../src/api/services.ts";
import { accessOf } from "../../../src/api/shared/access.ts";
import type { Need } from "../../../src/api/shared/need.ts";
import type { App } from "../../../src/app.ts";
import { importsOf, type Source, sources } from "../sources.ts";

/** What each method needs, by its name: methods of one name need the same. */
const said = Object.values(needs).flatMap((each) => Object.entries(each) as [string, Need][]);
const needOf = new Map(said);
const named = (need: Need) => [...needOf].filter(([, each]) => each === need).map(([name]) => name);
const pascal = (name: string) => name.replace(/^./, (first) => first.toUpperCase());
const kebab = (name: string) => name.replace(/([A-Z])/g, "-$1").toLowerCase();

const handlers = sources.filter(
  ({ path }) => path.startsWith("src/api/") && !path.startsWith("src/api/shared/"),
);
const sourceAt = new Map(handlers.map((source) => [source.path, source]));

/** The files of a method's handlers, and all that they import of their faces. */
function textsOf(method: string): string {
  const found = new Set(handlers.filter(({ path }) => basename(path) === `${kebab(method)}.ts`));
  for (const source of found) for (const each of importedBy(source)) found.add(each);
  return [...found].map(({ text }) => text).join("\n");
}

function importedBy(source: Source): Source[] {
  return importsOf(source).flatMap((path) => sourceAt.get(path) ?? []);
}

const reached = (method: string) =>
  [...textsOf(method).matchAll(/\bapp\.(\w+)|\bcall\.(submit)/g)].map(([, store, submit]) => store ?? submit);
const changesOrganizations = (method: string) => /\.organizations\.(create|update)\(/.test(textsOf(method));

describe("what methods need of the nodes", () => {
  it("is one thing for each name", () => {
    expect(said.filter(([name, need]) => needOf.get(name) !== need)).toEqual([]);
    expect(needOf.size).toBeGreaterThan(70);
  });

  it("is the coordinator alone where they reach nothing else", () => {
    const onCoordinator = ["organizations", "credentials"];
    const others = named("coordinator").flatMap((name) =>
      reached(name)
        .filter((store = "") => !onCoordinator.includes(store))
        .map((store) => `${name}: ${store}`),
    );
    expect(others).toEqual([]);
    expect(reached("listCurrencies")).toContain("currencies");
  });

  it("is every node where they make or change organizations", () => {
    const changing = [...needOf.keys()].filter(changesOrganizations);
    expect(changing).toEqual(named("every node"));
  });

  it("is what docs/operating/distributed.md says", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/operating/distributed.md"), "utf8");
    const documented = (asks: string) =>
      [...page.matchAll(/^\| (.*) \| (.*) \|$/gm)]
        .filter(([, , cell]) => cell === asks)
        .flatMap(([, calls = ""]) => [...calls.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name))
        .sort();
    /** May be asked of no organization in particular. */
    const mayBeOfAll = (method: DescMethod) => {
      const { scope, account } = accessOf(method);
      return (
        needOf.get(method.localName) === "organization" &&
        scope !== Scope.ORGANIZATION &&
        account === undefined
      );
    };
    const methods = services({} as App).flatMap(({ desc }) => desc.methods);
    expect(documented("the coordinator")).toEqual(named("coordinator").map(pascal).sort());
    expect(documented("every node, which must all write it")).toEqual(named("every node").map(pascal).sort());
    expect(documented("every node")).toEqual(
      methods
        .filter(mayBeOfAll)
        .map(({ name }) => name)
        .sort(),
    );
  });
});
