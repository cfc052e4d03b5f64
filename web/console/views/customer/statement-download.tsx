import type { MessageInitShape } from "@bufbuild/protobuf";
import { useState } from "preact/hooks";
import { LedgerService, StatementFormat } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { type Failure, failureOf } from "../../api/failure.ts";
import { useShownCall } from "../../api/shown-calls.ts";
import { useConsole } from "../../app/console.ts";
import { Problem } from "../../components/states.tsx";

const method = LedgerService.method.downloadStatement;

interface StatementDownloadProps {
  readonly request: MessageInitShape<typeof method.input>;
}

const forms = [
  { format: StatementFormat.HTML, label: "Download to print (HTML)", extension: "html" },
  { format: StatementFormat.CSV, label: "Download as CSV", extension: "csv" },
] as const;

/** The whole of a statement as a file, as the service makes it for every caller. */
export function StatementDownload({ request }: StatementDownloadProps) {
  const { api } = useConsole();
  const [isAsking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  useShownCall({ method, request: { ...request, format: StatementFormat.HTML } }, "");
  const download = async ({ format, extension }: (typeof forms)[number]) => {
    setAsking(true);
    setFailure(undefined);
    try {
      const parts: BlobPart[] = [];
      let [type, name] = ["", `statement.${extension}`];
      const onHeader = (header: Headers) => {
        name = /filename="([^"]+)"/.exec(header.get("content-disposition") ?? "")?.[1] ?? name;
      };
      for await (const { contentType, data } of api.follow(method, { ...request, format }, onHeader)) {
        type ||= contentType;
        parts.push(new Uint8Array(data));
      }
      keep(new Blob(parts, { type }), name);
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setAsking(false);
    }
  };
  return (
    <>
      <p class="buttons section">
        {forms.map((form) => (
          <button key={form.label} type="button" disabled={isAsking} onClick={() => download(form)}>
            {form.label}
          </button>
        ))}
      </p>
      {failure !== undefined && <Problem failure={failure} />}
    </>
  );
}

function keep(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
