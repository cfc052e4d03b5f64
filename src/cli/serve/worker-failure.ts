/** Workers do not serve. The message is one line that says why. */
export class WorkerFailure extends Error {
  override readonly name = "WorkerFailure";
}
