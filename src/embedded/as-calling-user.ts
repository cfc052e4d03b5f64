import type { Binaries } from "./binaries.ts";
import type { Launcher } from "./launcher.ts";

/** An ordinary user runs the programs as they are. */
export function asCallingUser(binaries: Binaries, dataDir: string): Launcher {
  return { binaries, prefix: [], account: undefined, home: dataDir };
}
