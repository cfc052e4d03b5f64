import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { CredentialService } from "../../../gen/tallystick/v1/credential_pb.ts";
import type { Api } from "../api/api.ts";
import { type Failure, failureOf } from "../api/failure.ts";
import { Problem, useSecondsLeft } from "../components/states.tsx";
import { type Credential, readPasted } from "../session/credential.ts";
import type { LoggedOut, Session } from "../session/session.ts";

interface LoginProps {
  readonly api: Api;
  readonly session: Session;
  readonly state: LoggedOut;
}

const ways = { secret: "Credential", token: "Token (JWT)" } as const;
type Way = keyof typeof ways;

export function Login({ api, session, state }: LoginProps) {
  const [way, setWay] = useState<Way>("secret");
  const [clientId, setClientId] = useState("");
  const [secret, setSecret] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const seconds = useSecondsLeft(failure?.retryAfterMs, failure);
  const first = useRef<HTMLInputElement>(null);

  const begin = async (credential: Credential) => {
    setAsking(true);
    setFailure(undefined);
    try {
      const { caller } = await api.ask(CredentialService.method.getCaller, {}, { as: credential });
      if (caller !== undefined) session.begin({ credential, caller });
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setAsking(false);
    }
  };
  // A reload keeps who is logged in.
  useLayoutEffect(() => {
    document.title = "Log in · Tallystick";
    const { stored } = session;
    if (stored === undefined) first.current?.focus();
    else void begin(stored);
  }, []);

  const take = (text: string) => {
    const pasted = readPasted(text);
    if (pasted === undefined) return false;
    if ("token" in pasted) {
      setWay("token");
      setSecret(pasted.token);
    } else {
      setWay("secret");
      setClientId(pasted.clientId);
      setSecret(pasted.clientSecret);
    }
    return true;
  };
  /** Takes what came in at once, however it did, for a whole credential; of what is typed only the end can tell. */
  const change = (event: InputEvent, set: (text: string) => void) => {
    const { value } = event.currentTarget as HTMLInputElement;
    set(value);
    const isTyped = event.data?.length === 1 || event.inputType?.startsWith("delete");
    if (!isTyped) take(event.data ?? "") || take(value);
  };
  const whole = way === "secret" && secret === "" ? readPasted(clientId) : undefined;
  const submit = (event: Event) => {
    event.preventDefault();
    if (whole !== undefined) take(clientId);
    const [id, given] = [clientId.trim(), secret.trim()];
    void begin(whole ?? (way === "token" ? { token: given } : { clientId: id, clientSecret: given }));
  };

  return (
    <main class="login">
      <form class="card" method="post" onSubmit={submit}>
        <h1>Tallystick</h1>
        {state.because !== "" && (
          <p class="state notice" role="status">
            Log in again to go on: {state.because}.
          </p>
        )}
        <fieldset class="ways">
          <legend class="unseen">How to log in</legend>
          {Object.entries(ways).map(([each, label]) => (
            <label key={each}>
              <input type="radio" name="way" checked={way === each} onChange={() => setWay(each as Way)} />{" "}
              {label}
            </label>
          ))}
        </fieldset>
        {way === "secret" && (
          <label>
            Client id
            <input
              ref={first}
              type="text"
              value={clientId}
              required
              autocomplete="username"
              spellcheck={false}
              onInput={(event) => change(event, setClientId)}
            />
          </label>
        )}
        <label>
          {way === "secret" ? "Client secret" : "Token"}
          <input
            type="password"
            value={secret}
            required={whole === undefined}
            autocomplete="current-password"
            onInput={(event) => change(event, setSecret)}
          />
        </label>
        <button type="submit" class="main" disabled={isAsking || seconds > 0}>
          {isAsking ? "Logging in…" : seconds > 0 ? `Try again in ${seconds} s` : "Log in"}
        </button>
        {failure !== undefined && <Problem failure={failure} />}
        <p class="quiet">
          After <code>npm start</code> the first credential is in <code>.tallystick/credential.json</code>:
          paste the whole file into the client id. It stays in this tab and ends with it.
        </p>
        <p class="quiet">
          <a href="../docs/">Documentation</a>
        </p>
      </form>
    </main>
  );
}
