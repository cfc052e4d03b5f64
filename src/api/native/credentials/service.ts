import type { CredentialService } from "../../../../gen/tallystick/v1/credential_pb.ts";
import type { Handlers } from "../../shared/handler.ts";
import { createCredential } from "./create-credential.ts";
import { getCaller } from "./get-caller.ts";
import { listCredentials } from "./list-credentials.ts";
import { revokeCredential } from "./revoke-credential.ts";
import { rotateCredential } from "./rotate-credential.ts";
import { updateCredential } from "./update-credential.ts";

export const credentialService: Handlers<typeof CredentialService> = {
  createCredential,
  listCredentials,
  updateCredential,
  rotateCredential,
  revokeCredential,
  getCaller,
};
