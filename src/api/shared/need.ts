import type { DescService } from "@bufbuild/protobuf";
import type { Call } from "./call.ts";

/**
 * What a method needs where the database is spread over nodes: nothing but the coordinator; the node of the organization
 * that is meant, and where none is meant every node; or every node whatever is meant.
 */
export type Need = "coordinator" | "organization" | "every node";

/** What each method of a service needs. */
export type Needs<S extends DescService> = { readonly [N in keyof S["method"]]: Need };

/** Refuses a call that needs a node which is away, before it takes a connection; while that is in doubt it waits. */
export async function requireNodes({ app, organizationIfNamed }: Call, need: Need): Promise<void> {
  const { nodes } = app.database;
  if (need === "coordinator") return;
  if (need === "every node" || organizationIfNamed === undefined) await nodes.requireAll();
  else await nodes.requireFor(organizationIfNamed.id);
}
