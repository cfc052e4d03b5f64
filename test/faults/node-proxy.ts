import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";

/** As Citus sends it. */
const commit = "COMMIT\0";

/** A connection of which the coordinator knows no more, with a COMMIT that its node has not got yet. */
export interface Stranded {
  /** Resolves when there is one. */
  readonly isThere: Promise<void>;
  /** Lets the node have the COMMIT. */
  letGo(): void;
}

/** Stands between a coordinator and one of its nodes. */
export class NodeProxy {
  private readonly connections = new Map<Socket, Socket>();
  private atCommit: ((coordinator: Socket, node: Socket, sent: Buffer) => void) | undefined;

  private constructor(
    private readonly server: net.Server,
    private readonly nodeUrl: string,
  ) {
    const { hostname, port } = new URL(nodeUrl);
    server.on("connection", (coordinator) => this.join(coordinator, net.connect(Number(port), hostname)));
  }

  static async create(nodeUrl: string): Promise<NodeProxy> {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new NodeProxy(server, nodeUrl);
  }

  /** The node's URL by way of the proxy. */
  get url(): string {
    const url = new URL(this.nodeUrl);
    url.port = `${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** Cuts every connection. The node gets what was sent before, and the coordinator no answer. */
  cut(): void {
    for (const [coordinator, node] of this.connections) {
      coordinator.resetAndDestroy();
      node.end();
    }
  }

  /** Cuts the next connection on which a COMMIT is sent, which arrives late: as it may where a network is slow, or a disk. */
  strand(): Stranded {
    let [there, letGo] = [() => {}, () => {}];
    const isThere = new Promise<void>((resolve) => {
      there = resolve;
    });
    const isLetGo = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    this.atCommit = (coordinator, node, sent) => {
      this.atCommit = undefined;
      this.connections.delete(coordinator);
      coordinator.removeAllListeners("close").resetAndDestroy();
      there();
      void isLetGo.then(() => node.end(sent));
    };
    return { isThere, letGo };
  }

  async close(): Promise<void> {
    this.server.close();
    for (const sockets of this.connections) for (const socket of sockets) socket.destroy();
    await once(this.server, "close");
  }

  private join(coordinator: Socket, node: Socket): void {
    this.connections.set(coordinator, node);
    for (const socket of [coordinator, node]) socket.on("error", () => undefined);
    coordinator
      .on("data", (data: Buffer) => {
        if (data.includes(commit) && this.atCommit !== undefined) this.atCommit(coordinator, node, data);
        else node.write(data);
      })
      .on("close", () => {
        this.connections.delete(coordinator);
        node.end();
      });
    node
      .on("data", (data: Buffer) => {
        if (!coordinator.destroyed) coordinator.write(data);
      })
      .on("close", () => coordinator.destroy());
  }
}
