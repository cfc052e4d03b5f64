import type { ComponentChildren } from "preact";
import type { Pages } from "../api/use-pages.ts";
import { followRow } from "./row-click.ts";
import { Empty, Loading, Problem } from "./states.tsx";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Amounts and counts stand at the right. */
  readonly isNumber?: boolean;
  /** What people or programs wrote, at any length: it is broken wherever it must. */
  readonly isText?: boolean;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

/** A cell with the attribute `data-row` is what j, k and Enter go to; `RowLink` makes one. */
export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the window is scrolled by the keyboard, too
    <section class="table-frame" tabIndex={0} aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isNumber }) => (
              <th key={title} scope="col" class={isNumber ? "number" : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} onClick={followRow}>
              {columns.map(({ title, cell, isNumber, isText }) => (
                <td key={title} class={isNumber ? "number" : isText ? "text" : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The link to the item that a row is about. A click anywhere in the row follows it. */
export function RowLink({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a class="item" href={href} data-row>
      {children}
    </a>
  );
}

interface PagedTableProps<Row, Answer> extends Omit<TableProps<Row>, "rows"> {
  readonly pages: Pages<Answer>;
  readonly rowsOf: (answer: Answer) => readonly Row[];
  readonly what: string;
  readonly empty: ComponentChildren;
}

/** A list in all its states: loading, failed, empty, and one page of however many. */
export function PagedTable<Row, Answer>({
  pages,
  rowsOf,
  what,
  empty,
  ...table
}: PagedTableProps<Row, Answer>) {
  const { answer, failure, isLoading, reload } = pages;
  if (failure !== undefined) return <Problem failure={failure} retry={reload} />;
  if (answer === undefined) return <Loading what={what} />;
  const rows = rowsOf(answer);
  return (
    <div aria-busy={isLoading}>
      {rows.length === 0 ? (
        <Empty>{pages.hasNext ? "None on this page; more may follow." : empty}</Empty>
      ) : (
        <Table {...table} rows={rows} />
      )}
      <Pager pages={pages} />
    </div>
  );
}

function Pager<Answer>({ pages }: { pages: Pages<Answer> }) {
  if (pages.number === 1 && !pages.hasNext) return null;
  return (
    <nav class="pager" aria-label="Pages">
      <button type="button" data-page="previous" onClick={pages.previous} disabled={pages.number === 1}>
        ← Previous
      </button>
      <span aria-live="polite">Page {pages.number}</span>
      <button type="button" data-page="next" onClick={pages.next} disabled={!pages.hasNext}>
        Next →
      </button>
    </nav>
  );
}
