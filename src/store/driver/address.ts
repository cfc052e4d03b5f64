import { socketHost } from "../../embedded/connection.ts";

const standardPort = 5432;

interface Address {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
}

/** What postgres.js needs beside a URL: it undoes no escapes in a socket's folder and a database's name, and takes each colon of a host for the one before the port. */
export function addressOf(url: string): Address {
  const [, hosts = "", name = ""] = /^\w+:\/\/(?:[^/?#]*@)?([^/?#]*)\/?([^?#]*)/.exec(url) ?? [];
  return {
    ...socketHost(url),
    ...(hosts.includes("[") && separate(hosts)),
    ...(name !== "" && { database: decodeURIComponent(name) }),
  };
}

/** Lists, which the driver takes and its types do not know. */
function separate(hosts: string): Address {
  const each = hosts.split(",").map((text) => /^\[?(.*?)\]?(?::(\d+))?$/.exec(text) ?? []);
  const lists = {
    host: each.map(([, host = ""]) => host),
    port: each.map(([, , port]) => Number(port ?? standardPort)),
  };
  return lists as unknown as Address;
}
