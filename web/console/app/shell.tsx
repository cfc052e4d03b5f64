import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { Role } from "../../../gen/tallystick/v1/credential_pb.ts";
import { Dialog } from "../components/dialog.tsx";
import { WithSameCalls } from "../components/same-calls.tsx";
import { views } from "../views/registry.ts";
import type { View } from "../views/view.ts";
import { timeZone } from "../words/time.ts";
import { useConsole, useMay } from "./console.ts";
import { keyHelp, useKeys } from "./keys.ts";
import { go, hrefOf, usePlace } from "./location.ts";
import { LogOut } from "./log-out.tsx";
import { Organization } from "./organization.tsx";
import { OrganizationChoice } from "./organization-choice.tsx";
import { Outlet } from "./outlet.tsx";
import { matched } from "./paths.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

/** The organization of a path, or of the caller where the path has none. */
function organizationOf(path: string, own: string): string {
  const [, name] = /^organizations\/([^/]+)/.exec(path) ?? [];
  return (name && matched(":name", name)?.["name"]) ?? own;
}

export function Shell() {
  const { caller } = useConsole();
  const may = useMay();
  const place = usePlace();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const organization = organizationOf(place.path, caller.organization?.name ?? "");
  const isOfPlatform = caller.organization === undefined;
  const entries = views.filter(
    ({ entry, of }) => entry !== undefined && (of === "platform" ? isOfPlatform : organization !== ""),
  );
  const actions = useMemo(
    () => ({
      help: () => setHelpOpen(true),
      visit: (view: View) => {
        if (entries.includes(view) && may(view.needs)) go(hrefOfView(view, organization));
      },
    }),
    [organization, caller],
  );
  useKeys(actions);
  useLayoutEffect(() => setMenuOpen(false), [place]);
  return (
    <Organization name={organization}>
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <div class="shell">
        <header class="bar">
          <a class="brand" href={hrefOf("")}>
            Tallystick
          </a>
          <button
            type="button"
            class="menu"
            aria-expanded={isMenuOpen}
            aria-controls="navigation"
            onClick={() => setMenuOpen(!isMenuOpen)}
          >
            Menu
          </button>
          <nav id="navigation" class={isMenuOpen ? "open" : undefined} aria-label="Views">
            {organization !== "" && (
              <p class="organization">
                {organization}
                {isOfPlatform && <a href={hrefOf("")}>change</a>}
              </p>
            )}
            <ul>
              {entries.map((view) => (
                <li key={view.path}>
                  <Entry
                    view={view}
                    organization={organization}
                    isHere={isIn(view, place.path)}
                    isAllowed={may(view.needs)}
                  />
                </li>
              ))}
            </ul>
            <div class="who">
              <p title={caller.name}>
                {Role[caller.role]?.toLowerCase()} of {caller.organization?.name ?? "the platform"}
              </p>
              <p title="Point at a time to see it in UTC">Times: {timeZone()}</p>
              <button type="button" class="plain" onClick={() => setHelpOpen(true)}>
                Keys <kbd>?</kbd>
              </button>
              <ThemeSwitch />
              <a href="../docs/">Docs</a>
              <LogOut />
            </div>
          </nav>
        </header>
        <main id="main" tabIndex={-1}>
          {place.path === "" && isOfPlatform ? (
            <OrganizationChoice />
          ) : (
            <WithSameCalls key={place.path}>
              <Outlet path={place.path} organization={organization} />
            </WithSameCalls>
          )}
        </main>
      </div>
      {isHelpOpen && (
        <Dialog title="Keys" close={() => setHelpOpen(false)}>
          <dl class="keys">
            {keyHelp.map(([keys, what]) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      )}
    </Organization>
  );
}

function hrefOfView({ path, of }: View, organization: string): string {
  const root = of === "platform" ? "platform" : `organizations/${encodeURIComponent(organization)}`;
  return hrefOf(`${root}/${path}`);
}

/** Whether a path is of a view, or of one that is reached from it. */
function isIn(view: View, path: string): boolean {
  const [first = ""] = path.replace(/^(organizations\/[^/]+|platform)\/?/, "").split("/");
  const isOfPlatform = path.startsWith("platform");
  return view.path.split("/")[0] === first && isOfPlatform === (view.of === "platform");
}

interface EntryProps {
  readonly view: View;
  readonly organization: string;
  readonly isHere: boolean;
  readonly isAllowed: boolean;
}

function Entry({ view, organization, isHere, isAllowed }: EntryProps) {
  const { caller } = useConsole();
  const text = (
    <>
      {view.entry?.label} <kbd>g {view.entry?.key}</kbd>
    </>
  );
  if (isAllowed)
    return (
      <a href={hrefOfView(view, organization)} aria-current={isHere ? "page" : undefined}>
        {text}
      </a>
    );
  return (
    <span class="not-allowed" title={`Not for the role ${Role[caller.role]?.toLowerCase()}`}>
      {text}
    </span>
  );
}
