import { runCommandLine } from "./command-line.ts";

/** What a shell answers for a program that a closed pipe has ended. */
const exitCodeOfClosedPipe = 141;

for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    // Whoever reads has enough, as `head` does; that is no failure to tell of.
    process.exit(exitCodeOfClosedPipe);
  });

process.exit(await runCommandLine(process.argv.slice(2), process));
