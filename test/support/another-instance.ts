import pino from "pino";
import { createService } from "../../src/service.ts";
import type { TestService } from "./service.ts";

/** Another process on the database of a service, as after a restart: it knows what is stored, and nothing else. */
export async function anotherInstance({ databaseUrl }: Pick<TestService, "databaseUrl">) {
  const service = await createService(databaseUrl, pino({ level: "silent" }));
  const { port } = await service.listen("127.0.0.1", 0);
  return { url: `http://127.0.0.1:${port}`, stop: () => service.stop() };
}
