import { readFileSync } from "node:fs";
import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { ConfigError } from "../../config/config-error.ts";
import { clientSettings, type ServerAddress } from "./settings.ts";

type FileSetting = "TALLYSTICK_SERVER_CA" | "TALLYSTICK_CLIENT_CERT" | "TALLYSTICK_CLIENT_KEY";

/**
 * Whom a client trusts on the way to a server, and what it shows there, by the files that the settings name.
 *
 * @throws ConfigError
 */
export function channelTo({ isSecure }: ServerAddress, env: NodeJS.ProcessEnv): ChannelCredentials {
  const authority = fileOf("TALLYSTICK_SERVER_CA", env);
  const certificate = fileOf("TALLYSTICK_CLIENT_CERT", env);
  const key = fileOf("TALLYSTICK_CLIENT_KEY", env);
  const [given] = [authority, certificate, key].filter((file) => file !== undefined);
  if (!isSecure) {
    if (given === undefined) return credentials.createInsecure();
    throw new ConfigError(
      `${given.name} is set, but the server's URL is one without TLS: begin it with https://, or unset ${given.name}.`,
    );
  }
  if ((certificate === undefined) !== (key === undefined))
    throw new ConfigError(
      "TALLYSTICK_CLIENT_CERT and TALLYSTICK_CLIENT_KEY belong together: set both or neither.",
    );
  try {
    return credentials.createSsl(read(authority), read(key), read(certificate));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const names = [authority, certificate, key].flatMap((file) => file?.name ?? []);
    throw new ConfigError(
      `${names.join(", ")}: the files cannot be used, OpenSSL says "${(error as Error).message}".`,
    );
  }
}

interface NamedFile {
  readonly name: FileSetting;
  readonly path: string;
}

function fileOf(name: FileSetting, env: NodeJS.ProcessEnv): NamedFile | undefined {
  const text = env[name];
  return text === undefined || text === "" ? undefined : { name, path: clientSettings[name].parse(text) };
}

function read(file: NamedFile | undefined): Buffer | null {
  if (file === undefined) return null;
  try {
    return readFileSync(file.path);
  } catch (error) {
    throw new ConfigError(`${file.name} cannot be read: ${(error as Error).message}.`);
  }
}
