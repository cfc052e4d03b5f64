import { chownSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chooseLauncher } from "../../../src/embedded/choose-launcher.ts";
import { superuser } from "../../../src/embedded/cluster.ts";
import type { Launcher } from "../../../src/embedded/launcher.ts";
import { shutdownSteps } from "../../../src/embedded/orphan.ts";
import { launch, type Program } from "../../../src/embedded/program.ts";
import { untilReady } from "../../../src/embedded/readiness.ts";
import { freePort } from "../free-port.ts";

/** The database in which a node that we started knows the others. */
const database = "tallystick";

const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_preload_libraries: "citus",
  // A connection to the coordinator makes some of its own to the nodes.
  max_connections: "300",
  max_prepared_transactions: "300",
  // Citus keeps a process a database.
  max_worker_processes: "64",
  max_locks_per_transaction: "256",
  shared_buffers: "128MB",
  jit: "off",
  log_line_prefix: "",
  "citus.enable_statistics_collection": "off",
};

/** One PostgreSQL with Citus, a process of our own on a free port of the loopback interface. */
export class CitusNode {
  private constructor(
    private readonly launcher: Launcher,
    private readonly port: number,
    private readonly more: Readonly<Record<string, string>>,
    private readonly log: (line: string) => void,
  ) {}

  private program: Program | undefined;

  /** Makes a cluster in a new folder and starts it. */
  static async create(
    installation: string,
    folder: string,
    more: Readonly<Record<string, string>>,
    log: (line: string) => void,
  ): Promise<CitusNode> {
    mkdirSync(folder);
    const launcher = chooseLauncher({ folder: installation, version: "with-citus" }, folder);
    const node = new CitusNode(launcher, await freePort(), more, log);
    await node.initialize();
    await node.start();
    return node;
  }

  get url(): string {
    return this.urlOf(database);
  }

  get dataDirectory(): string {
    return join(this.launcher.home, "cluster");
  }

  /** Starts it, for the first time or when it was killed. */
  async start(): Promise<void> {
    const all = { ...settings, ...this.more, port: `${this.port}` };
    const args = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    this.program = launch(this.launcher, "postgres", ["-D", this.dataDirectory, ...args], this.log);
    await untilReady(this.urlOf("postgres"), database, this.program);
  }

  /** Resolves when all of its processes are gone. */
  async ended(): Promise<void> {
    await this.program?.ended;
  }

  /** Ends it for good, with its data. */
  async remove(): Promise<void> {
    for (const { signal, patienceMs } of shutdownSteps) {
      this.program?.signal(signal);
      const patience = sleep(patienceMs, "still running", { ref: false });
      if ((await Promise.race([this.ended(), patience])) !== "still running") break;
    }
    rmSync(this.launcher.home, { recursive: true, force: true });
  }

  private urlOf(name: string): string {
    return `postgres://${superuser}@127.0.0.1:${this.port}/${name}`;
  }

  private async initialize(): Promise<void> {
    const { account } = this.launcher;
    mkdirSync(this.dataDirectory, { mode: 0o700 });
    if (account !== undefined) chownSync(this.dataDirectory, account.uid, account.gid);
    const args = ["-D", this.dataDirectory, `--username=${superuser}`, "--auth=trust", "--no-sync"];
    const failure = await launch(
      this.launcher,
      "initdb",
      [...args, "--encoding=UTF8", "--locale=C.UTF-8"],
      this.log,
    ).ended;
    if (failure !== undefined) throw new Error(`a Citus node cannot be made: ${failure}`);
  }
}
