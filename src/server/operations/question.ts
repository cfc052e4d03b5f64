import { type ContextValues, createContextKey } from "@connectrpc/connect";

const questionKey = createContextKey<() => void>(() => {}, { description: "called for each question" });

/** Has something called whenever the client of a stream asks something. */
export function onQuestion(values: ContextValues, callback: () => void): void {
  values.set(questionKey, callback);
}

/** The questions of a stream, each told of as it comes. */
export async function* noted<Q>(questions: AsyncIterable<Q>, values: ContextValues): AsyncIterable<Q> {
  for await (const question of questions) {
    values.get(questionKey)();
    yield question;
  }
}
