import type { DescService } from "@bufbuild/protobuf";
import type { Call } from "./call.ts";

/**
 * The nodes that a method needs where the database is spread over nodes. `coordinator`: no other node. `organization`: the node of
 * the organization that the request names; all nodes where it names none. `every node`: always all of them.
 */
export type Need = "coordinator" | "organization" | "every node";

/** What each method of a service needs. */
export type Needs<S extends DescService> = { readonly [N in keyof S["method"]]: Need };

/** Refuses a call whose node is away, before it takes a connection. Waits while nobody knows whether the node is away. */
export async function requireNodes({ app, organizationIfNamed }: Call, need: Need): Promise<void> {
  const { nodes } = app.database;
  if (need === "coordinator") return;
  if (need === "every node" || organizationIfNamed === undefined) await nodes.requireAll();
  else await nodes.requireFor(organizationIfNamed.id);
}
