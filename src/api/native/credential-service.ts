import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { v7 as uuidv7 } from "uuid";
import {
  type Credential,
  CredentialSchema,
  type CredentialService,
  Role as RoleMessage,
} from "../../../gen/tallystick/v1/credential_pb.ts";
import type { App } from "../../app.ts";
import { authorize, type Role } from "../../auth/caller.ts";
import { hashOf, newSecret } from "../../auth/secret.ts";
import { notFound } from "../../domain/refusal.ts";
import type { StoredCredential } from "../../store/tenants/credentials.ts";
import { type Call, callOf } from "../shared/call.ts";
import { Form } from "../shared/form.ts";
import { organizationFor } from "../shared/organization.ts";
import { cursorOfToken, pageOf, tokenOfCursor } from "../shared/page-token.ts";
import { timestampOf } from "../shared/proto.ts";

const pageLimits = { rowsDefault: 100, rowsMax: 1_000 };

const roleMessages: Record<Role, RoleMessage> = {
  reader: RoleMessage.READER,
  writer: RoleMessage.WRITER,
  admin: RoleMessage.ADMIN,
};

export function credentialService(app: App): ServiceImpl<typeof CredentialService> {
  return {
    async createCredential(request, context) {
      const call = callOf(app, context);
      const orgId = await managedOrganization(call, request.organization);
      const form = new Form();
      const role = roleOf(form, "role", request.role);
      const displayName = form.text("display_name", request.displayName, { charactersMax: 255 });
      form.done();

      const clientSecret = newSecret();
      const fields = { clientId: uuidv7(), orgId, role, secretHash: hashOf(clientSecret), displayName };
      const created = await app.credentials.create(fields, call.signal);
      return { credential: credentialMessage(created), clientSecret };
    },

    async listCredentials(request, context) {
      const call = callOf(app, context);
      const orgId = await managedOrganization(call, request.organization);
      const form = new Form();
      const rowsMax = form.pageSize("page_size", request.pageSize, pageLimits);
      const after = cursorOfToken(form, "page_token", request.pageToken);
      form.done();

      const rows = await app.credentials.list({ orgId, after, rowsMax: rowsMax + 1 }, call.signal);
      const { page, nextPageToken } = pageOf(rows, rowsMax, (last) =>
        tokenOfCursor({ at: last.createdAt, id: last.clientId }),
      );
      return { credentials: page.map(credentialMessage), nextPageToken };
    },

    async revokeCredential(request, context) {
      const call = callOf(app, context);
      const orgId = await managedOrganization(call, request.organization);
      const form = new Form();
      const clientId = form.text("client_id", request.clientId, { charactersMax: 128, required: true });
      form.done();

      const revoked = await app.credentials.revoke({ orgId, clientId }, call.signal);
      if (revoked === undefined) throw notFound("credential", clientId);
      return { credential: credentialMessage(revoked) };
    },
  };
}

/** Where the credentials in question belong: an organization, or the platform (null) where none is named. */
async function managedOrganization(call: Call, organization: string): Promise<string | null> {
  if (organization !== "") {
    const name = { idOrName: organization, field: "organization" };
    return (await organizationFor(call, name, "admin")).id;
  }
  authorize(call.caller, { orgId: null, role: "admin" });
  return null;
}

function roleOf(form: Form, field: string, message: RoleMessage): Role {
  if (message === RoleMessage.ADMIN) return "admin";
  if (message === RoleMessage.WRITER) return "writer";
  if (message !== RoleMessage.READER) form.refuse(field, "must be ROLE_READER, ROLE_WRITER or ROLE_ADMIN");
  return "reader";
}

function credentialMessage(row: StoredCredential): Credential {
  return create(CredentialSchema, {
    clientId: row.clientId,
    organizationId: row.orgId ?? "",
    role: roleMessages[row.role],
    displayName: row.displayName,
    createTime: timestampOf(row.createdAt),
    ...(row.revokedAt !== null && { revokeTime: timestampOf(row.revokedAt) }),
  });
}
