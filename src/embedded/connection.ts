/**
 * What postgres.js needs beside a URL whose host is the percent-encoded folder of a Unix socket, libpq's form: it does
 * not decode the host itself (porsager/postgres#1057). Empty for every other URL.
 */
export function socketHost(url: string): { host?: string } {
  const folder = /^postgres(?:ql)?:\/\/(?:[^@/?#]*@)?(%2F[^:/?#,]*)/i.exec(url)?.[1];
  return folder === undefined ? {} : { host: decodeURIComponent(folder) };
}

/** libpq's URL of a database behind the Unix socket in a folder. */
export function socketUrl(folder: string, user: string, database: string): string {
  return `postgres://${user}@${encodeURIComponent(folder)}:5432/${database}`;
}
