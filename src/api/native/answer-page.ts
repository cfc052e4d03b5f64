import type { Call } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { pageInTurn } from "../shared/in-turn.ts";
import type { Listing } from "../shared/page.ts";
import { type PageRequest, PageTokens, type Places } from "../shared/page-token.ts";
import { pageSizeOf } from "./page.ts";

/** What a list is read from. */
type Rows<R, P, M> = Pick<Listing<R, P, M>, "read" | "placeOf" | "message">;

/** The same with whom or what the rows are of, as page tokens have it. */
export type RowsAbout<R, P, M> = Rows<R, P, M> & { readonly about: string | undefined };

interface AnsweredPage<M> {
  readonly messages: M[];
  readonly nextPageToken: string;
}

/** The page that a request asks for. What is wrong with it is refused together with what else the form finds. */
export class AskedPage<P> {
  private readonly rowsMax: number;
  private readonly tokens: PageTokens<P>;
  private readonly past: P | undefined;
  private readonly call: Call;

  constructor(
    form: Form,
    of: { readonly call: Call; readonly request: PageRequest; readonly places: Places<P> },
  ) {
    const { call, request, places } = of;
    this.call = call;
    this.rowsMax = pageSizeOf(form, request);
    this.tokens = new PageTokens(call, request, places);
    this.past = this.tokens.read(form);
  }

  async answer<R, M>({ about, ...rows }: RowsAbout<R, P, M>): Promise<AnsweredPage<M>> {
    const { rowsMax, past } = this;
    const tokens = this.tokens.about(about);
    const { messages, next } = await pageInTurn(this.call, { ...rows, rowsMax, past });
    return { messages, nextPageToken: tokens.write(next) };
  }
}

/** A page of a list of which nothing else is asked. */
export function answerPage<R, P, M>(
  call: Call,
  request: PageRequest,
  { places, ...rows }: Rows<R, P, M> & { readonly places: Places<P> },
): Promise<AnsweredPage<M>> {
  const form = new Form();
  const page = new AskedPage(form, { call, request, places });
  form.done();
  return page.answer({ ...rows, about: undefined });
}
