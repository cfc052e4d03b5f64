/** Called with whether the call succeeded. */
export type Done = (isOk: boolean) => void;

/** Sends calls of one job, as many at a time as it was opened for. */
export interface Caller {
  /** @param request as `messageMaker` makes it */
  call(request: Buffer, done: Done): void;
  close(): void;
}
