/** How often a worker says that it lives. */
export const beatMsInterval = 2_000;
/**
 * So many intervals without a word, twenty seconds, and a worker hangs: more than a busy machine or a long collection of
 * garbage takes. This process counts its own intervals and not the time, so that it blames nobody for a pause of its own.
 */
const silentMax = 10;

/** Listens to one worker, and says once that it hangs. */
export class Pulse {
  private silent = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(hangs: () => void) {
    this.timer = setInterval(() => {
      this.silent += 1;
      if (this.silent < silentMax) return;
      this.stop();
      hangs();
    }, beatMsInterval);
  }

  beat(): void {
    this.silent = 0;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
