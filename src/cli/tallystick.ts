import { setImmediate } from "node:timers/promises";
import { runCommandLine } from "./command-line.ts";

/** What a shell answers for a program that a closed pipe has ended. */
const exitCodeOfClosedPipe = 141;

for (const stream of [process.stdout, process.stderr])
  stream.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    // Whoever reads has enough, as `head` does; that is no failure to tell of.
    if (code === "EPIPE") process.exit(exitCodeOfClosedPipe);
    // A full disk, as a rule: an export that lacks its end must not look like one.
    if (stream === process.stdout)
      process.stderr.write(`tallystick: standard output cannot be written: ${message}.\n`);
    process.exit(1);
  });

const exitCode = await runCommandLine(process.argv.slice(2), process);
// What was written last is known to have failed a moment later.
await setImmediate();
process.exit(exitCode);
