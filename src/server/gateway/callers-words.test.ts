import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { ListTransfersRequestSchema as input } from "../../../gen/tallystick/v1/ledger_pb.ts";
import { inCallersWords } from "./callers-words.ts";

/** What a method says, as the caller reads it who wrote a query or a body. */
function told(names: "proto" | "json", written: { query?: string; body?: string }) {
  const message =
    "page_size: must be 0 to 1000; children[1].user_id: is required with page_token; its user_id: is";
  const fieldViolations = [
    { field: "page_size", description: "must be 0 to 1000" },
    { field: "children[1].user_id", description: "is required with page_token; its user_id: is" },
  ];
  const value = { fieldViolations };
  const error = new ConnectError(message, Code.InvalidArgument, undefined, [
    { desc: BadRequestSchema, value },
  ]);
  const renamed = inCallersWords(error, { query: "", body: "", names, input, ...written }) as ConnectError;
  const [badRequest] = renamed.findDetails(BadRequestSchema);
  return { message: renamed.rawMessage, fields: badRequest?.fieldViolations.map(({ field }) => field) };
}

describe("a field in the error of a method", () => {
  it("has the name that answers give it, where the caller wrote none", () => {
    expect(told("json", {})).toEqual({
      message: "pageSize: must be 0 to 1000; children[1].userId: is required with pageToken; its user_id: is",
      fields: ["pageSize", "children[1].userId"],
    });
    expect(told("proto", {}).fields).toEqual(["page_size", "children[1].user_id"]);
  });

  it("has the caller's", () => {
    expect(told("json", { query: "page_size=7" }).fields).toEqual(["page_size", "children[1].userId"]);
    expect(told("json", { body: '{"children": [{"user_id": ""}]}' }).fields).toEqual([
      "pageSize",
      "children[1].user_id",
    ]);
    expect(told("proto", { query: "a=b&pageSize=7" }).fields).toEqual(["pageSize", "children[1].user_id"]);
  });

  it("leaves other errors as they are", () => {
    const error = new ConnectError("user_id: is required", Code.InvalidArgument);
    expect(inCallersWords(error, { query: "", body: "", names: "json", input })).toBe(error);
  });
});
