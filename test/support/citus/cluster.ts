import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { joinNodes } from "./membership.ts";
import { CitusNode } from "./node.ts";

/** A coordinator and two worker nodes. */
export interface CitusCluster {
  readonly coordinator: CitusNode;
  readonly workerNodes: readonly CitusNode[];
  /** Where each is reached, the coordinator first. */
  readonly urls: readonly [string, ...string[]];
  /** Ends all of them, and removes what they wrote. */
  remove(): Promise<void>;
}

/**
 * Starts a cluster of our own.
 *
 * @param installation the folder of a PostgreSQL with the extension, in which its `bin` is
 * @param settings of PostgreSQL, for each of the nodes
 * @param reachedAt by which URL the coordinator is to reach a node, where it is not the node's own
 */
export async function startCitusCluster(
  installation: string,
  settings: Readonly<Record<string, string>>,
  reachedAt: (node: CitusNode) => Promise<string> = async ({ url }) => url,
): Promise<CitusCluster> {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-citus-"));
  const make = (name: string) =>
    CitusNode.create(installation, join(folder, name), settings, () => undefined);
  const [coordinator, ...workerNodes] = await Promise.all([make("coordinator"), make("one"), make("other")]);
  const urls = [coordinator.url, ...(await Promise.all(workerNodes.map(reachedAt)))] as const;
  await joinNodes(urls);
  return {
    coordinator,
    workerNodes,
    urls,
    async remove() {
      await Promise.all([coordinator, ...workerNodes].map((node) => node.remove()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
