import type { MessageInitShape } from "@bufbuild/protobuf";
import type { CreateCustomerRequestSchema } from "../../gen/tallystick/v1/customer_pb.ts";
import { connectClients, type Tenant, type TestService } from "./service.ts";

/** Makes another customer of a tenant, who is no billing account, and answers its id. */
export async function newCustomer(
  { url }: Pick<TestService, "url">,
  { orgId, writer }: Pick<Tenant, "orgId" | "writer">,
  fields: MessageInitShape<typeof CreateCustomerRequestSchema> = {},
): Promise<string> {
  const { customers } = connectClients(url, writer);
  const { customer } = await customers.createCustomer({ ...fields, organization: orgId });
  if (customer === undefined) throw new Error("no customer");
  return customer.id;
}
