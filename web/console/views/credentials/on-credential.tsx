import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import {
  type CreateCredentialResponse,
  type Credential,
  CredentialService,
  Role,
  type RotateCredentialResponse,
} from "../../../../gen/tallystick/v1/credential_pb.ts";
import type { Values } from "../../components/operation/draft.ts";
import { description, type Field } from "../../components/operation/field.ts";
import type { Operation } from "../../components/operation/operation.ts";
import { dateIn, dateOf, inputText, timestampOf } from "../../words/time.ts";
import { Secret } from "./secret.tsx";

const needs = Permission.MANAGE_CREDENTIALS;
const displayName: Field = { name: "displayName", label: "Name", hint: "What people call it.", kind: "text" };
const expireTime: Field = {
  name: "expireTime",
  label: "Good until",
  hint: "For ever where empty.",
  kind: "moment",
};

/** What roles are for, from the least to the most. */
export const roles = [
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

export function update(organization: string, credential: Credential): Operation {
  const { clientId } = credential;
  const end = dateOf(credential.expireTime);
  return {
    id: `change ${clientId}`,
    label: "Change",
    about: "An end that has passed ends it within five seconds.",
    needs,
    method: CredentialService.method.updateCredential,
    fields: [displayName, expireTime, description],
    values: {
      displayName: credential.displayName,
      expireTime: end === undefined ? "" : inputText(end),
      description: credential.description,
    },
    requestOf: (values) => ({
      ...{ organization, clientId, ...wordsOf(values), ...endOf(values) },
      updateMask: { paths: ["display_name", "expire_time", "description"] },
    }),
    shown: () => "It is changed.",
  };
}

export function revoke(organization: string, { clientId, displayName: name }: Credential): Operation {
  return {
    id: `revoke ${clientId}`,
    label: "Revoke",
    about: `Ends ${name || clientId} for ever: within five seconds nobody gets in with it. It cannot be taken back.`,
    needs,
    method: CredentialService.method.revokeCredential,
    fields: [],
    values: {},
    requestOf: () => ({ organization, clientId }),
    shown: () => "It is revoked.",
  };
}

function wordsOf({ displayName: name = "", description: words = "" }: Values) {
  return { displayName: name.trim(), description: words.trim() };
}

function endOf({ expireTime: text = "" }: Values) {
  const end = dateIn(text);
  return end === undefined ? {} : { expireTime: timestampOf(end) };
}
