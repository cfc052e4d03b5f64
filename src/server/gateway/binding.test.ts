import { AdminService } from "../../../gen/raystack/frontier/v1beta1/admin_pb.ts";
import { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { LedgerService } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { createTestMethod } from "../../../test/fixtures/gateway/schema.ts";
import { formatFieldPath } from "../json/fields.ts";
import { methodBindings } from "./binding.ts";

describe("methodBindings", () => {
  it("reads a rule with its additional bindings", () => {
    const bindings = methodBindings(FrontierService.method.createBillingUsage);
    expect(bindings.map((binding) => [binding.httpMethod, binding.template.source, binding.body])).toEqual([
      ["POST", "/v1beta1/organizations/{org_id}/billing/{billing_id}/usages", "*"],
      ["POST", "/v1beta1/organizations/billing/usages", "*"],
    ]);
    expect(bindings[0]?.pathFields.map(formatFieldPath)).toEqual(["org_id", "billing_id"]);
  });

  it.each([
    [{ get: "/x" }, "GET"],
    [{ put: "/x" }, "PUT"],
    [{ post: "/x" }, "POST"],
    [{ delete: "/x" }, "DELETE"],
    [{ patch: "/x" }, "PATCH"],
    [{ custom: { kind: "HEAD", path: "/x" } }, "HEAD"],
    [{ custom: { kind: "*", path: "/x" } }, "*"],
  ])("takes %j", (rule, httpMethod) => {
    expect(methodBindings(createTestMethod(rule))).toMatchObject([{ httpMethod }]);
  });

  it("finds body, response body and nested path fields", () => {
    const rule = { patch: "/x/{child.name}", body: "child", response_body: "tags" };
    const [binding] = methodBindings(createTestMethod(rule));
    expect(binding?.body).toMatchObject({ name: "child" });
    expect(binding?.responseBody).toMatchObject({ name: "tags" });
    expect(binding?.pathFields.map(formatFieldPath)).toEqual(["child.name"]);
  });

  it.each([
    [{ get: "/{missing}" }, 'the request has no field "missing"'],
    [{ get: "/{name.x}" }, 'the request has no field "name.x"'],
    [{ get: "/{tags}" }, 'a path cannot set "tags"'],
    [{ get: "/{counts}" }, 'a path cannot set "counts"'],
    [{ get: "/{child}" }, 'a path cannot set "child"'],
    [{ get: "/{children.name}" }, 'the request has no field "children.name"'],
    [{ get: "/{create_time.seconds}" }, 'the request has no field "create_time.seconds"'],
    [{ post: "/x", body: "missing" }, 'has no field "missing"'],
    [{ post: "/x", body: "child.name" }, 'has no field "child.name"'],
    [{ get: "/x", responseBody: "missing" }, 'has no field "missing"'],
    [{ get: "/x", body: "*" }, "GET has no body"],
    [{ body: "*" }, "the rule has no pattern"],
    [{ custom: { kind: "no method", path: "/x" } }, '"no method" is no HTTP method'],
    [{ get: "/x/" }, 'path template "/x/"'],
    [
      { get: "/x", additionalBindings: [{ get: "/y", additionalBindings: [{ get: "/z" }] }] },
      "additional_bindings must not be nested",
    ],
  ])("refuses %j", (rule, problem) => {
    expect(() => methodBindings(createTestMethod(rule))).toThrow(problem);
  });

  it("takes streams: of google.api.HttpBody as bytes, and of other messages", () => {
    const [bytes] = methodBindings(AdminService.method.exportOrganizationTokens);
    expect(bytes).toMatchObject({ httpMethod: "GET", isBytes: true });
    const [lines] = methodBindings(LedgerService.method.exportEntries);
    expect(lines).toMatchObject({ httpMethod: "GET", isBytes: false });
  });
});
