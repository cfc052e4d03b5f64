import {
  type CreateCredentialResponse,
  type Credential,
  CredentialService,
  Role,
  type RotateCredentialResponse,
} from "../../../../gen/tallystick/v1/credential_pb.ts";
import { description } from "../../components/operation/field.ts";
import type { Operation } from "../../components/operation/operation.ts";
import type { Values } from "../../components/operation/values.ts";
import { dateIn, timestampOf } from "../../words/time.ts";
import { displayName, endOf, expireTime, needs } from "./on-credential.ts";
import { Secret } from "./secret.tsx";

/** What roles are for, from the least to the most. */
const roles = [
  ["READER", "reader: may read"],
  ["CHARGER", "charger: charges and holds, and looks up"],
  ["CREDITOR", "creditor: credits and refunds, and looks up"],
  ["WRITER", "writer: both, and changes customers"],
  ["ADMIN", "admin: everything there"],
] as const;

export function create(organization: string): Operation {
  return {
    id: `credential ${organization}`,
    label: "Make a credential",
    about: `For ${organization || "the platform, in every organization"}. Its secret is shown once.`,
    needs,
    method: CredentialService.method.createCredential,
    fields: [
      displayName,
      { name: "role", label: "Role", kind: "choice", choices: roles },
      expireTime,
      description,
    ],
    values: { displayName: "", role: "READER", expireTime: "", description: "" },
    requestOf: ({ role = "", ...values }) => ({
      ...{ organization, ...wordsOf(values), ...endOf(values) },
      role: Role[role as keyof typeof Role],
    }),
    shown: (answer) => <Secret {...(answer as CreateCredentialResponse)} />,
    inDoubt: "Look into the list: one that was made and whose secret nobody knows is to be revoked.",
  };
}

export function rotate(organization: string, { clientId, displayName: name }: Credential): Operation {
  return {
    id: `rotate ${clientId}`,
    label: "Rotate",
    about: `Gives ${name || clientId} a new secret, which is shown once. The former one stays good for a while, so that callers can change over.`,
    needs,
    method: CredentialService.method.rotateCredential,
    fields: [
      {
        ...{ name: "formerExpireTime", label: "Former secret good until", kind: "moment" },
        hint: "24 hours from now where empty; 30 days at the most. What has passed ends it at once.",
      },
    ],
    values: { formerExpireTime: "" },
    requestOf: ({ formerExpireTime = "" }) => {
      const until = dateIn(formerExpireTime);
      return { organization, clientId, ...(until !== undefined && { formerExpireTime: timestampOf(until) }) };
    },
    shown: (answer) => <Secret {...(answer as RotateCredentialResponse)} />,
    inDoubt:
      "To rotate again is safe: a new secret that nobody has used gives way to the next one, and the one in use stays good.",
  };
}

function wordsOf({ displayName: name = "", description: words = "" }: Values) {
  return { displayName: name.trim(), description: words.trim() };
}
