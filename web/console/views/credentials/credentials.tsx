import { type Credential, CredentialService, Role } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { usePages } from "../../api/use-pages.ts";
import { useConsole } from "../../app/console.ts";
import { OperationButton } from "../../components/operation/operation-button.tsx";
import { Page } from "../../components/page.tsx";
import { type Column, PagedTable } from "../../components/table.tsx";
import { Time } from "../../components/time.tsx";
import type { ViewProps } from "../view.ts";
import { stateOf } from "./credential-state.ts";
import { revoke, update } from "./on-credential.ts";
import { create, rotate } from "./on-secret.tsx";

/** Who may call, of an organization or of the platform. */
export default function Credentials({ organization }: ViewProps) {
  const { caller } = useConsole();
  const pages = usePages(CredentialService.method.listCredentials, organization, {
    ...{ organization, pageSize: 50 },
  });
  return (
    <Page
      title={organization === "" ? "Platform credentials" : "Credentials"}
      about={organization === "" ? "They may do what their role says in every organization." : organization}
      actions={<OperationButton operation={create(organization)} done={pages.reload} />}
    >
      <PagedTable
        what="credentials"
        caption="Credentials, oldest first"
        empty="There is none: callers have tokens, or credentials of the platform."
        pages={pages}
        rowsOf={({ credentials }) => credentials}
        keyOf={({ clientId }) => clientId}
        columns={columnsOf({ organization, own: caller.name, done: pages.reload })}
      />
    </Page>
  );
}

interface ColumnsProps {
  readonly organization: string;
  /** The client id of whoever looks. */
  readonly own: string;
  done(): void;
}

function columnsOf({ organization, own, done }: ColumnsProps): readonly Column<Credential>[] {
  return [
    {
      title: "Name and client id",
      isText: true,
      cell: ({ displayName, description, clientId, createTime, createdBy }) => (
        <>
          {displayName || <span class="quiet">none</span>}{" "}
          {clientId === own && <span class="badge">yours</span>}
          {description !== "" && <p class="quiet">{description}</p>}
          <p>
            <code>{clientId}</code>
          </p>
          <p class="quiet">
            made <Time of={createTime} />
            {createdBy !== "" && (
              <>
                {" "}
                by <code>{createdBy}</code>
              </>
            )}
          </p>
        </>
      ),
    },
    { title: "Role", cell: ({ role }) => Role[role]?.toLowerCase() },
    { title: "State", cell: (credential) => <State of={credential} /> },
    { title: "Last used", cell: ({ lastUsedTime }) => <Time of={lastUsedTime} /> },
    {
      title: "Do",
      cell: (credential) =>
        credential.revokeTime === undefined && (
          <span class="buttons">
            {[rotate, update, revoke].map((make) => {
              const operation = make(organization, credential);
              return <OperationButton key={operation.id} operation={operation} done={done} />;
            })}
          </span>
        ),
    },
  ];
}

function State({ of }: { of: Credential }) {
  const state = stateOf(of, new Date());
  const until = of.expireTime && (
    <p class="quiet">
      until <Time of={of.expireTime} />
    </p>
  );
  switch (state) {
    case "revoked":
      return (
        <>
          <span class="badge bad">revoked</span>
          <p class="quiet">
            <Time of={of.revokeTime} />
          </p>
        </>
      );
    case "ended":
      return (
        <>
          <span class="badge bad">ended</span>
          {until}
        </>
      );
    default:
      return (
        <>
          <span class="badge good">active</span>
          {until}
          {state === "rotated" && (
            <p class="quiet">
              former secret until <Time of={of.formerExpireTime} />
            </p>
          )}
        </>
      );
  }
}
