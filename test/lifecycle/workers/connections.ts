import { once } from "node:events";
import http from "node:http";
import type { Socket } from "node:net";
import { RawClient } from "../../grpc/raw-client.ts";
import { basic } from "../../support/service.ts";
import { credential } from "./crew.ts";

/** One connection to the port, over which organizations are listed. */
export interface Connection {
  /** Asks on it, or on none; answers whether that went well. */
  ask(): Promise<boolean>;
  readonly isClosed: boolean;
  close(): void;
}

export const protocols = {
  REST: (url: string) => overHttp1(url, { method: "GET", path: "/tallystick/v1/organizations" }),
  Connect: (url: string) => {
    const path = "/tallystick.v1.OrganizationService/ListOrganizations";
    return overHttp1(url, { method: "POST", path, body: "{}" });
  },
  gRPC: overGrpc,
};

function overHttp1(url: string, asked: { method: string; path: string; body?: string }): Connection {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let socket: Socket | undefined;
  return {
    async ask() {
      const headers = { "content-type": "application/json", authorization: basic(credential) };
      const request = http.request(`${url}${asked.path}`, { agent, method: asked.method, headers });
      request.once("socket", (used) => {
        socket ??= used;
      });
      request.end(asked.body);
      const [response] = (await once(request, "response")) as [http.IncomingMessage];
      await once(response.resume(), "end");
      return response.statusCode === 200 && request.socket === socket;
    },
    get isClosed() {
      return socket?.destroyed === true;
    },
    close: () => agent.destroy(),
  };
}

/** A message without fields. */
const emptyMessage = new Uint8Array(5);

function overGrpc(url: string): Connection {
  const client = new RawClient(url);
  return {
    async ask() {
      const { fields } = await client.call({
        headers: {
          ":path": "/tallystick.v1.OrganizationService/ListOrganizations",
          authorization: basic(credential),
        },
        chunks: [emptyMessage],
      });
      return fields["grpc-status"] === "0";
    },
    get isClosed() {
      return client.session.closed || client.session.destroyed;
    },
    close: () => client.close(),
  };
}
