import { Permission } from "../../../../gen/tallystick/options/v1/options_pb.ts";
import { type Credential, CredentialService } from "../../../../gen/tallystick/v1/credential_pb.ts";
import { description, type Field } from "../../components/operation/field.ts";
import type { Operation } from "../../components/operation/operation.ts";
import { changedIn, type Values } from "../../components/operation/values.ts";
import { dateIn, dateOf, inputText, timestampOf } from "../../words/time.ts";

export const needs = Permission.MANAGE_CREDENTIALS;
export const displayName: Field = {
  name: "displayName",
  label: "Name",
  hint: "What people call it.",
  kind: "text",
};
export const expireTime: Field = {
  name: "expireTime",
  label: "Good until",
  hint: "For ever where empty.",
  kind: "moment",
};

export function update(organization: string, credential: Credential): Operation {
  const { clientId } = credential;
  const method = CredentialService.method.updateCredential;
  const end = dateOf(credential.expireTime);
  const before = {
    displayName: credential.displayName,
    expireTime: end === undefined ? "" : inputText(end),
    description: credential.description,
  };
  return {
    id: `change ${clientId}`,
    label: "Change",
    about: "An end that has passed ends it within five seconds.",
    needs,
    method,
    fields: [displayName, expireTime, description],
    values: before,
    requestOf: (values) => {
      const changed = changedIn(values, before);
      const { expireTime: changedEnd, ...words } = changed;
      return {
        ...{ organization, clientId, ...words },
        ...(changedEnd !== undefined && endOf({ expireTime: changedEnd })),
        updateMask: { paths: Object.keys(changed).map((name) => method.input.field[name]?.name ?? name) },
      };
    },
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

/** When a credential ends, as a form has it. */
export function endOf({ expireTime: text = "" }: Values) {
  const end = dateIn(text);
  return end === undefined ? {} : { expireTime: timestampOf(end) };
}
