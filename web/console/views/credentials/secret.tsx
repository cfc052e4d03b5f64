import type {
  CreateCredentialResponse,
  RotateCredentialResponse,
} from "../../../../gen/tallystick/v1/credential_pb.ts";
import { Facts } from "../../components/facts.tsx";
import { Copy } from "../../components/same-calls.tsx";

/** A secret, the one time that it is shown. It is in this dialog alone and goes with it. */
export function Secret({ credential, clientSecret }: CreateCredentialResponse | RotateCredentialResponse) {
  const clientId = credential?.clientId ?? "";
  return (
    <>
      <p class="state notice" role="alert">
        This is the only time that the secret is shown. Keep it where secrets are kept: when this is closed,
        nobody can read it again.
      </p>
      <Facts
        of={[
          ["Client id", <Value key="id" text={clientId} />],
          ["Client secret", <Value key="secret" text={clientSecret} />],
        ]}
      />
      <Copy text={`${clientId}:${clientSecret}`} label="Copy both, as AUTH" />
    </>
  );
}

function Value({ text }: { text: string }) {
  return (
    <>
      <code>{text}</code> <Copy text={text} />
    </>
  );
}
