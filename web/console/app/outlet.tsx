import type { ComponentType } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { Page } from "../components/page.tsx";
import { Loading } from "../components/states.tsx";
import { views } from "../views/registry.ts";
import type { View, ViewProps } from "../views/view.ts";
import { useConsole } from "./console.ts";
import { go, hrefOf } from "./location.ts";
import { matched, type PathParameters } from "./paths.ts";

interface Found {
  readonly view: View;
  readonly parameters: PathParameters;
}

function viewAt(path: string): Found | undefined {
  for (const view of views) {
    const root = view.of === "platform" ? "platform" : "organizations/:organization";
    const parameters = matched(`${root}/${view.path}`, path);
    if (parameters !== undefined) return { view, parameters };
  }
  return undefined;
}

/** The view of a path. */
export function Outlet({ path, organization }: { path: string; organization: string }) {
  const { caller } = useConsole();
  const found = viewAt(path);
  const isHome = path === "" || /^organizations\/[^/]+\/?$/.test(path);
  useLayoutEffect(() => {
    const [first] = views;
    const isAt = `organizations/${encodeURIComponent(organization)}/${first?.path}`;
    if (isHome && organization !== "") go(hrefOf(isAt), "replace");
  }, [isHome, organization, caller]);
  if (isHome) return null;
  if (found === undefined)
    return (
      <Page title="There is no such page">
        <p>
          <a href={hrefOf("")}>To the beginning</a>
        </p>
      </Page>
    );
  return <Loaded key={found.view.path} {...found} organization={organization} />;
}

function Loaded({ view, parameters, organization }: Found & { readonly organization: string }) {
  const [Component, setComponent] = useState<ComponentType<ViewProps>>();
  const [isMissing, setMissing] = useState(false);
  useLayoutEffect(() => {
    view.load().then(
      (module) => setComponent(() => module.default),
      () => setMissing(true),
    );
  }, [view]);
  if (isMissing)
    return (
      <Page title={view.title}>
        <p class="state problem" role="alert">
          This part of the console could not be fetched: the service was upgraded, or is out of reach.{" "}
          <button type="button" onClick={() => location.reload()}>
            Load it anew
          </button>
        </p>
      </Page>
    );
  if (Component === undefined) return <Loading what={view.title} />;
  return <Component organization={organization} parameters={parameters} />;
}
