import type { ContextValues } from "@connectrpc/connect";
import type { App } from "../../app.ts";
import { callerOf } from "../../auth/caller.ts";
import { callerError } from "./caller-error.ts";

/**
 * Whether the developers of an organization are managed as in Apigee Edge. A caller of one organization is asked for its
 * own, whichever it names, so that no answer's form tells of others. Rejects with what the caller may see.
 */
export async function isManagedAsInEdge(
  { log, organizations }: Pick<App, "log" | "organizations">,
  named: string,
  { header, values }: { readonly header: Headers; readonly values: ContextValues },
): Promise<boolean> {
  try {
    const organization = await organizations.find(callerOf({ values }).orgId ?? named);
    return organization?.managementDialect === "edge";
  } catch (error) {
    throw callerError(error, { log, method: "choose a dialect", header });
  }
}
