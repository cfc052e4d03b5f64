import type { Caller } from "../../../gen/tallystick/v1/credential_pb.ts";
import type { Credential } from "./credential.ts";

const storageKey = "tallystick.credential";

/** Who is logged in, and with what. */
export interface LoggedIn {
  readonly credential: Credential;
  readonly caller: Caller;
}

/** Why nobody is. */
export interface LoggedOut {
  /** What the last one is told; empty where nobody was. */
  readonly because: string;
}

export type SessionState = LoggedIn | LoggedOut;

/**
 * Who uses the console. The credential is in this tab's session storage and nowhere else, so that a reload keeps it and the end of the
 * tab is its end.
 */
export class Session {
  #state: SessionState = { because: "" };
  readonly #listeners = new Set<() => void>();

  constructor(private readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">) {}

  get state(): SessionState {
    return this.#state;
  }

  /** The credential of this tab before a reload. */
  get stored(): Credential | undefined {
    const text = this.storage.getItem(storageKey);
    return text === null ? undefined : (JSON.parse(text) as Credential);
  }

  begin(loggedIn: LoggedIn): void {
    this.storage.setItem(storageKey, JSON.stringify(loggedIn.credential));
    this.#become(loggedIn);
  }

  end(because = ""): void {
    this.storage.removeItem(storageKey);
    this.#become({ because });
  }

  /** Returns what stops it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
