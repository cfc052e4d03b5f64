import { socketHost } from "../../../embedded/connection.ts";

/** libpq's variable is for hosts without a port, as it is to the driver. */
const standardPort = () => process.env["PGPORT"] || 5432;

interface Address {
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
}

/**
 * The parts of a URL that postgres.js does not read right: it does not decode the folder of a socket or the name of a database, and
 * takes every colon in a host for the one before the port.
 */
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
    port: each.map(([, , port]) => Number(port ?? standardPort())),
  };
  return lists as unknown as Address;
}
