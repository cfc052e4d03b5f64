import { run } from "./cli/run.ts";
import { serveCommand } from "./cli/serve.ts";

// The server without a command line, for a container or a supervisor: the same as `tallystick serve`.
void run(serveCommand);
