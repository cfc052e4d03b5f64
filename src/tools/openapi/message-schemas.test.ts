import type { DescMessage } from "@bufbuild/protobuf";
import { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { BillingAccountSchema } from "../../../gen/raystack/frontier/v1beta1/models_pb.ts";
import { BalanceService, DeveloperBalanceSchema } from "../../../gen/tallystick/apigee/edge/v1/balance_pb.ts";
import { DeveloperSchema, DeveloperService } from "../../../gen/tallystick/apigee/x/v1/developer_pb.ts";
import {
  BatchCreateTransfersRequestSchema,
  CreateHoldRequestSchema,
  CreateTransferRequestSchema,
  LedgerService,
  ReceiptSchema,
  TransferResultSchema,
} from "../../../gen/tallystick/v1/ledger_pb.ts";
import { type Dialect, dialectOf } from "../../server/gateway/dialect.ts";
import { messagesIn } from "../../server/json/fields.ts";
import { Components } from "./components.ts";
import { MessageSchemas } from "./message-schemas.ts";

function schemasOf(
  { request, response }: { request?: DescMessage; response?: DescMessage },
  { dialect = dialectOf(LedgerService), isExact = false }: { dialect?: Dialect; isExact?: boolean } = {},
) {
  const components = new Components();
  const messages = new MessageSchemas(
    { dialect, prefix: "" },
    {
      requests: request ? messagesIn(request) : new Set(),
      responses: response ? messagesIn(response) : new Set(),
      organizationFields: new Set(["organization"]),
    },
    components,
    { isExact },
  );
  if (request) messages.message(request, "request");
  if (response) messages.message(response, "response");
  return components.schemas;
}

const int64 = { type: "string", format: "int64", pattern: "^-?\\d+$" };

describe("the schema of a message", () => {
  it("has the names of JSON, int64 as text, and what it holds by reference", () => {
    const { Receipt, Transfer } = schemasOf({ response: ReceiptSchema });
    expect(Receipt?.properties).toMatchObject({
      accountVersion: int64,
      transfer: { $ref: "#/components/schemas/Transfer" },
      replay: { type: "boolean" },
    });
    expect(Transfer?.properties).toMatchObject({
      createTime: { type: "string", format: "date-time" },
      metadata: { type: "object", additionalProperties: true },
    });
    expect(Receipt).not.toHaveProperty("required");
  });

  it("asks for what a request needs, and refuses what nobody knows", () => {
    const { CreateHoldRequest } = schemasOf({ request: CreateHoldRequestSchema });
    expect(CreateHoldRequest).toMatchObject({
      required: ["customer", "amount", "currency"],
      additionalProperties: false,
      properties: { ttl: { type: "string" }, onExpiry: { $ref: "#/components/schemas/ExpiryPolicy" } },
    });
  });

  it("lets an answer grow, but where it is exact", () => {
    const open = schemasOf({ response: ReceiptSchema });
    expect(open["Receipt"]).not.toHaveProperty("additionalProperties");
    const exact = schemasOf({ response: ReceiptSchema }, { isExact: true });
    expect(exact["Receipt"]).toMatchObject({ additionalProperties: false });
  });

  it("takes each spelling that is read where it is exact", () => {
    const { CreateTransferRequest } = schemasOf({ request: CreateTransferRequestSchema }, { isExact: true });
    expect(CreateTransferRequest?.properties).toMatchObject({
      amount: { type: ["string", "null"] },
      kind: { anyOf: [{ $ref: "#/components/schemas/TransferKind" }, { type: ["integer", "null"] }] },
      metadata: { type: ["object", "null"] },
    });
    const { BatchCreateTransfersRequest } = schemasOf(
      { request: BatchCreateTransfersRequestSchema },
      { isExact: true },
    );
    expect(BatchCreateTransfersRequest?.properties).toMatchObject({
      requests: { type: ["array", "null"], items: { $ref: "#/components/schemas/CreateTransferRequest" } },
    });
  });

  it("says of which fields at most one is set", () => {
    const { TransferResult } = schemasOf({ response: TransferResultSchema });
    expect(TransferResult?.description).toBe("At most one of `receipt`, `error` is set.");
  });

  it("has the proto's names and everything printed for Frontier, null for what is an object and not set", () => {
    const dialect = dialectOf(FrontierService);
    const { BillingAccount } = schemasOf({ response: BillingAccountSchema }, { dialect });
    expect(BillingAccount).toMatchObject({
      properties: {
        org_id: { type: "string" },
        created_at: { type: ["string", "null"], format: "date-time" },
        organization: { anyOf: [{ $ref: "#/components/schemas/Organization" }, { type: "null" }] },
      },
      required: expect.arrayContaining(["org_id", "created_at", "organization", "tax_data"]),
    });
  });

  it("has decimals as numbers for Edge, and takes their text, too", () => {
    const dialect = dialectOf(BalanceService);
    const answered = schemasOf({ response: DeveloperBalanceSchema }, { dialect });
    expect(answered["DeveloperBalance"]?.properties).toMatchObject({ amount: { type: "number" } });
    const asked = schemasOf({ request: DeveloperBalanceSchema }, { dialect });
    expect(asked["DeveloperBalance"]?.properties).toMatchObject({ amount: { type: ["number", "string"] } });
    expect(asked["DeveloperBalance"]).not.toHaveProperty("additionalProperties");
  });

  it("has times as the dialect that an organization has chosen writes them", () => {
    const own = dialectOf(DeveloperService);
    const google = schemasOf({ response: DeveloperSchema }, { dialect: own });
    expect(google["Developer"]?.properties).toMatchObject({ createdAt: int64 });
    const edge = schemasOf({ response: DeveloperSchema }, { dialect: own.alternative ?? own });
    expect(edge["Developer"]).toMatchObject({
      properties: { createdAt: { type: "integer" } },
      required: ["attributes", "apps", "companies"],
    });
  });

  it("has a name of its own where a message is both asked and answered", () => {
    const dialect = dialectOf(DeveloperService);
    const both = schemasOf({ request: DeveloperSchema, response: DeveloperSchema }, { dialect });
    expect(Object.keys(both)).toEqual(["Attribute", "AttributeInput", "Developer", "DeveloperInput"]);
    expect(both["AttributeInput"]).not.toHaveProperty("required");
    expect(both["Attribute"]).toMatchObject({ required: ["value"] });
  });
});
