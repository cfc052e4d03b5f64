import { driverError } from "../../../store/driver/errors.ts";

/** A Frontier's database could not be read; the cause is the driver's error. */
export class FrontierFailure extends Error {
  override readonly name = "FrontierFailure";

  constructor(error: unknown) {
    super("the Frontier database could not be read", { cause: driverError(error) });
  }
}
