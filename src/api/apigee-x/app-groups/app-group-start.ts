import type { ListAppGroupsRequest } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { AppGroupStart } from "../../../store/customers/app-groups.ts";
import type { Call } from "../../shared/call.ts";
import type { Form } from "../../shared/form.ts";
import { PageTokens, type Places } from "../../shared/page-token.ts";
import { isAppGroupName } from "./app-group.ts";

/** Tells our tokens from names: no name has it. */
const mark = "~";

/** Where a page begins, and how many app groups the listing has, where that was counted for a page before. */
export interface PageStart {
  readonly start: AppGroupStart | undefined;
  readonly totalSize?: number;
}

/** The last row of a page, and how many the listing has. Counted once, the number is the same on every page. */
interface Place {
  readonly name: string;
  readonly totalSize: number;
}

const places: Places<Place> = {
  write: ({ name, totalSize }) => `${totalSize}=${name}`,
  read: (text) => {
    const [, totalSize, name] = /^(\d{1,6})=([ -~]{1,255})$/.exec(text) ?? [];
    if (totalSize === undefined || name === undefined) return undefined;
    return { name, totalSize: Number.parseInt(totalSize, 10) };
  },
};

/** Where pages begin: after the place of a token that was answered here, or with a name, as clients of Apigee ask. */
export class StartTokens {
  private readonly tokens: PageTokens<Place>;

  constructor(
    call: Call,
    private readonly request: ListAppGroupsRequest,
  ) {
    const pageToken = request.pageToken.slice(mark.length);
    this.tokens = new PageTokens(call, { ...request, pageToken }, places);
  }

  read(form: Form): PageStart {
    const { pageToken } = this.request;
    if (isAppGroupName(pageToken)) return { start: { name: pageToken, isIncluded: true } };
    if (pageToken.startsWith(mark) && pageToken !== mark) {
      const place = this.tokens.read(form);
      if (place === undefined) return { start: undefined };
      return { start: { name: place.name, isIncluded: false }, totalSize: place.totalSize };
    }
    if (pageToken !== "")
      form.refuse(
        "page_token",
        "is neither a page token that was answered here nor the name of an app group",
      );
    return { start: undefined };
  }

  /** The token of the page after a place; empty where there is none. */
  write(place: AppGroupStart | undefined, totalSize: number): string {
    const token = this.tokens.about(undefined).write(place && { name: place.name, totalSize });
    return token === "" ? "" : `${mark}${token}`;
  }
}
