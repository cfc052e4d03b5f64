import { create } from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import {
  CreateOrganizationResponseSchema,
  ListOrganizationsResponseSchema,
  OrganizationService,
  OrganizationState,
} from "../../gen/tallystick/v1/organization_pb.ts";
import { everyPage } from "./pages.ts";
import { jsonOf, type Printed, pairsOf, tableOf, timeOf, wordOf } from "./printed.ts";

export interface CreateOrganizationOptions extends Printed {
  readonly displayName?: string;
  readonly id?: string;
}

export async function createOrganization(
  ledger: Transport,
  name: string,
  { displayName = "", id = "", json }: CreateOrganizationOptions,
): Promise<string> {
  const answer = await createClient(OrganizationService, ledger).createOrganization({
    name,
    displayName,
    id,
  });
  const { organization } = answer;
  return json
    ? jsonOf(CreateOrganizationResponseSchema, answer)
    : pairsOf({ id: organization?.id ?? "", name: organization?.name ?? "" });
}

export async function listOrganizations(ledger: Transport, { json }: Printed): Promise<string> {
  const client = createClient(OrganizationService, ledger);
  const organizations = await everyPage(async (pageToken) => {
    const page = await client.listOrganizations({ pageToken, pageSize: 1_000 });
    return { rows: page.organizations, next: page.nextPageToken };
  });
  if (json)
    return jsonOf(
      ListOrganizationsResponseSchema,
      create(ListOrganizationsResponseSchema, { organizations }),
    );
  const rows = organizations.map(({ id, name, displayName, state, createTime }) => {
    return [id, name, displayName, wordOf(OrganizationState, state), timeOf(createTime)];
  });
  return tableOf(["id", "name", "display name", "state", "made"], rows);
}
