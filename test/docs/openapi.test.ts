import { readFileSync } from "node:fs";
import { join } from "node:path";
import { services } from "../../src/api/services.ts";
import type { App } from "../../src/app.ts";
import { type BoundMethod, methodBindings } from "../../src/server/gateway/binding.ts";
import { methodReasons } from "../../src/tools/openapi/method-reasons.ts";
import type { Document, Operation } from "../../src/tools/openapi/openapi.ts";
import { root } from "./documents.ts";

const names = ["native", "frontier", "apigee-x", "apigee-edge"];

function read(name: string): Document {
  return JSON.parse(readFileSync(join(root, "gen", "openapi", `${name}.json`), "utf8"));
}

/** Verb and path, whatever its variables are called. */
function keyOf(httpMethod: string, path: string): string {
  return `${httpMethod.toUpperCase()} ${path.replaceAll(/\{[^}]*\}/g, "{}")}`;
}

const served = services({} as App).flatMap(({ desc }) => desc.methods);

it("has an operation for every path that is served, and none for another", () => {
  const paths = served
    .flatMap((method) => methodBindings(method as BoundMethod))
    .map(({ httpMethod, template }) => keyOf(httpMethod, template.source))
    .filter((key) => !/ \/v1(\/mint)?\/o\//.test(key));
  const described = names
    .map(read)
    .flatMap(({ paths }) =>
      Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((verb) => keyOf(verb, path))),
    );
  expect([...new Set(described)].sort()).toEqual([...new Set(paths)].sort());
});

it.each(names)("%s refers to nothing that is not there, and has no operation's name twice", (name) => {
  const document = read(name);
  const text = JSON.stringify(document);
  const refs = [...new Set(text.match(/(?<=")#\/components\/[^"]*/g))];
  const missing = refs.filter((ref) => {
    const [, , kind = "", key = ""] = ref.split("/");
    return !(document.components as Record<string, Record<string, unknown>>)[kind]?.[key];
  });
  expect(missing).toEqual([]);
  const ids = [...text.matchAll(/"operationId":"([^"]*)"/g)].map(([, id]) => id);
  expect(ids.length).toBe(new Set(ids).size);
});

it("gives reasons to methods that there are", () => {
  const methods = new Set(served.map(({ name }) => name));
  const named = Object.values(methodReasons).flatMap((where) => (Array.isArray(where) ? where : []));
  expect([...new Set(named)].filter((name) => !methods.has(name))).toEqual([]);
});

it("gives a minimum of top-ups to Edge's top-ups alone, and tells what who is disabled is refused", () => {
  const operations = names.flatMap((name) =>
    Object.values(read(name).paths).flatMap(Object.values<Operation>),
  );
  const withReason = (reason: RegExp) =>
    operations
      .filter(({ responses }) => reason.test(JSON.stringify(responses)))
      .map(({ operationId }) => operationId);
  const topUps = ["topUpDeveloperBalance2", "topUpDeveloperBalance"];
  expect(withReason(/"(mint\.topUpTooSmall|TOP_UP_TOO_SMALL)"/)).toEqual(topUps);
  expect(withReason(/"mint\.customerDisabled"/)).toContain("createCredit");
  expect(withReason(/"CUSTOMER_DISABLED"/)).toContain("createHold");
  expect(withReason(/"CUSTOMER_DISABLED"/)).not.toContain("captureHold");
});

it("shows on native's charge what the README shows of it", () => {
  const charge = read("native").paths["/tallystick/v1/organizations/{organization}/transfers"]?.["post"];
  expect(charge?.requestBody?.content["application/json"]?.examples?.["readme"]?.value).toMatchObject({
    key: "order-1001",
  });
  const refused = charge?.responses["400"];
  const content = refused && "content" in refused ? refused.content?.["application/json"] : undefined;
  expect(content?.examples?.["readme"]?.value).toMatchObject({ code: 9 });
});
