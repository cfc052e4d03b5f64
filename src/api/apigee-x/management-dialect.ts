import type { App } from "../../app.ts";

/**
 * Whether the developers of an organization are managed as in Apigee Edge. A caller of one organization is asked for its
 * own, whichever it names, so that no answer's form tells of others.
 */
export async function isManagedAsInEdge(
  app: Pick<App, "authenticator" | "organizations">,
  {
    organization: named,
    header,
    peerAddress,
  }: { organization: string; header: Headers; peerAddress: string },
): Promise<boolean> {
  const { orgId } = await app.authenticator.authenticate(header.get("authorization"), peerAddress);
  const organization = await app.organizations.find(orgId ?? named);
  return organization?.managementDialect === "edge";
}
