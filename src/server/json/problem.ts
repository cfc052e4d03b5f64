/** What is wrong with JSON text, and where: in UTF-16 units from 0. */
export class JsonProblem extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/** What JSON text has too much of: elements at a path, or values where there is none. */
export class JsonExcess extends Error {
  constructor(readonly path: string | undefined) {
    super("too much JSON");
  }
}
