import type { Session } from "../connections/session.ts";
import { ReadTimedOut, wasCancelled } from "../errors.ts";
import type { DriverQuery } from "./driver-query.ts";
import type { Ask } from "./prepared.ts";

/** Of its time a read has had so much at least when the database ends it for that: it began before we knew of it. */
const partOfTime = 0.9;

/**
 * Asks for what is read widely on a connection, where a statement has `msMax`.
 *
 * @throws ReadTimedOut where it has taken all of them. Of a cancelled one the database says the same, in any language.
 */
export async function reading<T>(
  session: Session,
  work: (ask: Ask) => Promise<T>,
  msMax: number,
): Promise<T> {
  let query: DriverQuery | undefined;
  try {
    return await work((text, parameters) => {
      query = session.ask(text, parameters);
      return query;
    });
  } catch (error) {
    const ranMs = query?.ranMs ?? 0;
    if (wasCancelled(error) && ranMs > partOfTime * msMax)
      throw new ReadTimedOut("a read took all its time", { cause: error });
    throw error;
  }
}
