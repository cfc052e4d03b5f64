import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { CreateBillingUsageRequestSchema as input } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { UpdateCustomerRequestSchema } from "../../../gen/tallystick/v1/customer_pb.ts";
import { inCallersWords } from "./callers-words.ts";

/** What a method says, as the caller reads it who wrote a query or a body. */
function told(names: "proto" | "json", written: { query?: string; body?: string }) {
  const message =
    "billing_id: must be 0 to 1000; usages[1].user_id: is required with org_id; its user_name: is";
  const fieldViolations = [
    { field: "billing_id", description: "must be 0 to 1000" },
    { field: "usages[1].user_id", description: "is required with org_id; its user_name: is" },
    { field: "usages[1].metadata.my_key", description: "is a key of the caller's own" },
  ];
  const value = { fieldViolations };
  const error = new ConnectError(message, Code.InvalidArgument, undefined, [
    { desc: BadRequestSchema, value },
  ]);
  const renamed = inCallersWords(error, { query: "", body: "", names, input, ...written }) as ConnectError;
  const [badRequest] = renamed.findDetails(BadRequestSchema);
  return { message: renamed.rawMessage, fields: badRequest?.fieldViolations.map(({ field }) => field) };
}

const own = "usages[1].metadata.my_key";

describe("a field in the error of a method", () => {
  it("has the name that answers give it, where the caller wrote none", () => {
    expect(told("json", {})).toEqual({
      message: "billingId: must be 0 to 1000; usages[1].userId: is required with orgId; its user_name: is",
      fields: ["billingId", "usages[1].userId", own],
    });
    expect(told("proto", {}).fields).toEqual(["billing_id", "usages[1].user_id", own]);
  });

  it("has the caller's", () => {
    expect(told("json", { query: "billing_id=7" }).fields).toEqual(["billing_id", "usages[1].userId", own]);
    expect(told("json", { body: '{"usages": [{"user_id": ""}]}' }).fields).toEqual([
      "billingId",
      "usages[1].user_id",
      own,
    ]);
    expect(told("proto", { query: "a=b&billingId=7" }).fields).toEqual([
      "billingId",
      "usages[1].user_id",
      own,
    ]);
  });

  it.each([
    ['{"updateMask": "name,billingTyp", "name": "billing_typ"}', "names billingTyp"],
    ['{"update_mask": "billing_typ", "name": "billingTyp"}', "names billing_typ"],
    ['{"updateMask": "name", "name": "billingTyp"}', "names billing_typ"],
  ])("that a mask names, and there is not, is as the mask of %s has it", (body, description) => {
    const error = new ConnectError("update_mask: names billing_typ", Code.InvalidArgument, undefined, [
      {
        desc: BadRequestSchema,
        value: { fieldViolations: [{ field: "update_mask", description: "names billing_typ" }] },
      },
    ]);
    const written = { query: "", body, names: "json", input: UpdateCustomerRequestSchema } as const;
    const renamed = inCallersWords(error, written) as ConnectError;
    expect(renamed.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.description).toBe(description);
  });

  it("leaves other errors as they are", () => {
    const error = new ConnectError("user_id: is required", Code.InvalidArgument);
    expect(inCallersWords(error, { query: "", body: "", names: "json", input })).toBe(error);
  });
});
