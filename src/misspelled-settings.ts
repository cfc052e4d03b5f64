import { nearestOf } from "./bounds/suggestion.ts";
import { clientSettings } from "./cli/remote/settings.ts";
import { settings as serviceSettings } from "./config.ts";

const settings = { ...serviceSettings, ...clientSettings };

const prefix = "TALLYSTICK_";
/** Other programs have variables whose names are near a shorter one, such as POST. */
const charactersMin = 8;

/** What somebody has probably meant for a setting, and is none: a sentence for each. No value is in it. */
export function misspelledSettings(env: NodeJS.ProcessEnv): string[] {
  const unset = Object.keys(settings).filter((name) => !env[name]);
  return Object.keys(env).flatMap((name) => {
    if (name in settings) return [];
    const meant = meantBy(name, unset);
    if (meant === undefined && !name.startsWith(prefix)) return [];
    return [
      `${name} is no setting and changes nothing${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    ];
  });
}

/** A setting with our prefix before it is that setting; else one of those that are unset: who has set it meant something else. */
function meantBy(name: string, unset: readonly string[]): string | undefined {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  if (bare in settings) return bare;
  const candidates = unset.filter((each) => each.length >= charactersMin);
  return nearestOf(name, candidates) ?? nearestOf(bare, candidates);
}
