import type { Session } from "../connections/session.ts";
import { ConnectionLost } from "../errors.ts";
import type { ErrorFields } from "../remote-errors.ts";
import type { Bound } from "../statements/statement.ts";

/** A connection of its own for questions that are to be answered soon. One that is lost is opened anew. */
export class Line {
  private session: Session | undefined;
  private isClosed = false;

  constructor(private readonly open: (onEnd: () => void) => Session) {}

  /** What the database warned of last on the connection. */
  get warning(): ErrorFields | undefined {
    return this.session?.warning;
  }

  /** Gives the connection up where it has not answered after so many milliseconds. */
  async ask<R>({ text, parameters }: Bound, msMax: number): Promise<R[]> {
    if (this.isClosed) throw new ConnectionLost();
    this.session ??= this.open(() => {
      this.session = undefined;
    });
    const { session } = this;
    const patience = setTimeout(() => session.lose(), msMax);
    try {
      return await session.use(async () => (await session.ask(text, parameters)) as unknown as R[]);
    } finally {
      clearTimeout(patience);
    }
  }

  close(): void {
    this.isClosed = true;
    this.session?.lose();
  }
}
