import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { type AskedCall, bufCurlOf, curlOf } from "../api/same-call.ts";
import { ShownCallsContext } from "../api/shown-calls.ts";
import { serviceUrl } from "../app/location.ts";

/** A view, and below it the lines that ask the same from a terminal. */
export function WithSameCalls({ children }: { children: ComponentChildren }) {
  const [calls, setCalls] = useState<ReadonlyMap<string, AskedCall>>(new Map());
  const shown = useMemo(
    () => ({
      show: (id: string, call: AskedCall) => setCalls((last) => new Map(last).set(id, call)),
      hide: (id: string) =>
        setCalls((last) => {
          const left = new Map(last);
          left.delete(id);
          return left;
        }),
    }),
    [],
  );
  return (
    <ShownCallsContext.Provider value={shown}>
      {children}
      <SameCalls calls={[...calls.values()]} />
    </ShownCallsContext.Provider>
  );
}

/** The lines of what is no call: paths of the service's own. */
export function SamePaths({ paths }: { paths: readonly string[] }) {
  return (
    <details class="same">
      <summary>The same from a terminal</summary>
      {paths.map((path) => (
        <Line key={path} text={`curl -u "$AUTH" ${serviceUrl()}${path}`} />
      ))}
    </details>
  );
}

/** The lines of some calls. AUTH stands for the credential, which is never shown. */
export function SameCalls({ calls }: { calls: readonly AskedCall[] }) {
  const lines = useMemo(() => linesOf(calls), [calls]);
  if (lines.length === 0) return null;
  return (
    <details class="same">
      <summary>The same from a terminal</summary>
      <p class="quiet">
        <code>AUTH</code> is <code>client_id:client_secret</code>.
      </p>
      {lines.map(({ name, curl, buf }) => (
        <div key={buf} class="same-call">
          <h3>{name}</h3>
          {curl !== undefined && <Line text={curl} />}
          <Line text={buf} />
        </div>
      ))}
    </details>
  );
}

function linesOf(calls: readonly AskedCall[]) {
  const lines = calls.map((call) => ({
    name: `${call.method.parent.name}.${call.method.name}`,
    curl: curlOf(call, serviceUrl()),
    buf: bufCurlOf(call, serviceUrl()),
  }));
  return [...new Map(lines.map((line) => [line.buf, line])).values()];
}

function Line({ text }: { text: string }) {
  return (
    <div class="line">
      <pre>
        <code>{text}</code>
      </pre>
      <Copy text={text} />
    </div>
  );
}

export function Copy({ text, label = "Copy" }: { text: string; label?: string }) {
  const [isCopied, setCopied] = useState(false);
  // Browsers give the clipboard to pages of secure origins alone.
  if (navigator.clipboard === undefined) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <button type="button" class="plain copy" onClick={copy} onBlur={() => setCopied(false)}>
      {isCopied ? "Copied" : label}
    </button>
  );
}
