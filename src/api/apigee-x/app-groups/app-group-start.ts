import type { ListAppGroupsRequest } from "../../../../gen/tallystick/apigee/x/v1/app_group_pb.ts";
import type { AppGroupStart } from "../../../store/customers/app-groups.ts";
import type { Call } from "../../shared/call.ts";
import type { Form } from "../../shared/form.ts";
import { PageTokens, placesByName } from "../../shared/page-token.ts";
import { isAppGroupName } from "./app-group.ts";

/** Tells our tokens from names: no name has it. */
const mark = "~";

/** Where pages begin: after the place of a token that was answered here, or with a name, as clients of Apigee ask. */
export class StartTokens {
  private readonly tokens: PageTokens<string>;

  constructor(
    call: Call,
    private readonly request: ListAppGroupsRequest,
  ) {
    const pageToken = request.pageToken.slice(mark.length);
    this.tokens = new PageTokens(call, { ...request, pageToken }, placesByName);
  }

  /** Undefined at the beginning. */
  read(form: Form): AppGroupStart | undefined {
    const { pageToken } = this.request;
    if (isAppGroupName(pageToken)) return { name: pageToken, isIncluded: true };
    if (pageToken.startsWith(mark) && pageToken !== mark) {
      const name = this.tokens.read(form);
      return name === undefined ? undefined : { name, isIncluded: false };
    }
    if (pageToken !== "")
      form.refuse(
        "page_token",
        "is neither a page token that was answered here nor the name of an app group",
      );
    return undefined;
  }

  /** The token of the page after a place; empty where there is none. */
  write(place: AppGroupStart | undefined): string {
    return place === undefined ? "" : `${mark}${this.tokens.write(place.name)}`;
  }
}
