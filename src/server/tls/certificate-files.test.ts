import { createPrivateKey } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { authority, type CertificateName, pairOf, pathsOf } from "../../../test/support/certificates.ts";
import { CertificateFiles } from "./certificate-files.ts";

let folder: string;
let cert: string;
let key: string;
const open: CertificateFiles[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tallystick-tls-"));
  [cert, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  put("server");
});
afterEach(() => {
  for (const each of open.splice(0)) each.stop();
  rmSync(folder, { recursive: true });
});

/** In place. */
function put(name: CertificateName): void {
  const paths = pathsOf(name);
  copyFileSync(paths.cert, cert);
  copyFileSync(paths.key, key);
}

interface Options {
  readonly now?: () => Date;
  readonly clientCa?: string;
}

async function start({ now, clientCa }: Options = {}) {
  const records: { level: number; msg: string }[] = [];
  const log = pino({}, { write: (line: string) => records.push(JSON.parse(line)) });
  const options = { paths: { cert, key, clientCa }, log, ...(now && { now }) };
  const files = await CertificateFiles.open(options);
  open.push(files);
  const used = () => files.certificates.material.certificate;
  return { files, used, records, told: () => records.map(({ msg }) => msg) };
}

const inUse = (name: CertificateName) => pairOf(name).cert;
const exchanged = "the certificate was exchanged for the one in TLS_CERT";

describe("a certificate is exchanged", () => {
  it.each<[string, () => void]>([
    ["written in place", () => put("renewed")],
    [
      "renamed into its place",
      () => {
        const { cert: newCert, key: newKey } = pathsOf("renewed");
        copyFileSync(newCert, join(folder, "new.crt"));
        copyFileSync(newKey, join(folder, "new.key"));
        renameSync(join(folder, "new.crt"), cert);
        renameSync(join(folder, "new.key"), key);
      },
    ],
  ])("when it is %s", async (_, exchange) => {
    const { files, used, told } = await start();
    exchange();
    await files.look();
    expect(used()).toBe(inUse("renewed"));
    expect(files.certificates.material.key).toBe(pairOf("renewed").key);
    expect(told()).toEqual([exchanged]);
    await files.look();
    expect(told()).toEqual([exchanged]);
  });

  it("when a link that leads to it is, as Kubernetes does with a secret", async () => {
    for (const name of ["server", "renewed"] as const) {
      mkdirSync(join(folder, name));
      copyFileSync(pathsOf(name).cert, join(folder, name, "tls.crt"));
      copyFileSync(pathsOf(name).key, join(folder, name, "tls.key"));
    }
    for (const path of [cert, key]) rmSync(path);
    symlinkSync("server", join(folder, "..data"));
    symlinkSync(join("..data", "tls.crt"), cert);
    symlinkSync(join("..data", "tls.key"), key);
    const { files, used } = await start();
    expect(used()).toBe(inUse("server"));
    symlinkSync("renewed", join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    await files.look();
    expect(used()).toBe(inUse("renewed"));
  });

  it("with the authority of its clients", async () => {
    const clientCa = join(folder, "clients.pem");
    writeFileSync(clientCa, authority);
    const { files } = await start({ clientCa });
    writeFileSync(clientCa, `${authority}${pairOf("client").cert}`);
    await files.look();
    expect(files.certificates.material.clientCa).toContain(pairOf("client").cert);
  });
});

const encryptedKey = createPrivateKey(pairOf("server").key).export({
  type: "pkcs8",
  format: "pem",
  cipher: "aes-256-cbc",
  passphrase: "words",
});

type Misfit = [string, () => void, RegExp];
const misfits: Misfit[] = [
  [
    "the key of another",
    () => copyFileSync(pathsOf("renewed").key, key),
    /^TLS_KEY \(.*\) is not the key of the certificate in TLS_CERT \(.*\): give /,
  ],
  [
    "half a certificate",
    () => writeFileSync(cert, pairOf("renewed").cert.slice(0, 300)),
    /^TLS_CERT \(.*\) holds a certificate that is broken or cut short: /,
  ],
  [
    "a broken certificate behind the first",
    () =>
      writeFileSync(
        cert,
        `${pairOf("server").cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
      ),
    /^TLS_CERT \(.*\) holds a certificate that is broken/,
  ],
  ["an empty certificate", () => writeFileSync(cert, ""), /^TLS_CERT \(.*\) holds no certificate: /],
  [
    "half a key",
    () => writeFileSync(key, pairOf("server").key.slice(0, 100)),
    /^TLS_KEY \(.*\) holds no private key, or one that is cut short: /,
  ],
  ["a key behind a passphrase", () => writeFileSync(key, encryptedKey), /^TLS_KEY \(.*\) is encrypted: /],
  [
    "the issuer before the certificate",
    () => writeFileSync(cert, `${authority}${pairOf("server").cert}`),
    /^TLS_CERT \(.*\) has the certificate of TLS_KEY \(.*\) behind others: /,
  ],
  ["no file", () => rmSync(key), /^TLS_KEY \(.*\) cannot be read: ENOENT/],
  [
    "a folder",
    () => {
      rmSync(cert);
      mkdirSync(cert);
    },
    /^TLS_CERT \(.*\) is no file/,
  ],
];

describe("what does not fit", () => {
  it.each(misfits)("refuses a start: %s", async (_, spoil, words) => {
    spoil();
    await expect(start()).rejects.toThrow(words);
  });

  it.each(misfits)("changes nothing while it serves, and is told once: %s", async (_, spoil, words) => {
    const { files, used, records } = await start();
    spoil();
    await files.look();
    // It may be half of what is being written.
    expect(records).toEqual([]);
    for (let count = 0; count < 3; count += 1) await files.look();
    expect(used()).toBe(inUse("server"));
    const msg = expect.stringMatching(
      new RegExp(`${words.source}.* the certificate from before stays in use\\.$`),
    );
    expect(records).toEqual([expect.objectContaining({ level: 40, msg })]);
  });

  it("is an authority that is none", async () => {
    const clientCa = join(folder, "clients.pem");
    writeFileSync(clientCa, "none");
    await expect(start({ clientCa })).rejects.toThrow(/^TLS_CLIENT_CA \(.*\) holds no certificate: /);
  });

  it("is an authority without the root that has certified it", async () => {
    const clientCa = join(folder, "clients.pem");
    writeFileSync(clientCa, `${authority}${pairOf("foreign").cert}`);
    const line =
      /^TLS_CLIENT_CA \(.*\) holds "CN=billing", and not who has certified it, "CN=Somebody else": add .* up to a root/;
    await expect(start({ clientCa })).rejects.toThrow(line);
  });

  it("is told at once to who has asked, and is forgotten once there is one that fits", async () => {
    const { files, used, told } = await start();
    copyFileSync(pathsOf("renewed").cert, cert);
    await files.reload();
    expect(told()).toEqual([expect.stringContaining("is not the key of")]);
    put("renewed");
    await files.reload();
    expect(used()).toBe(inUse("renewed"));
    await files.reload();
    expect(told().slice(1)).toEqual([exchanged, "the certificate is the one that is in use already"]);
  });
});

describe("the end of a certificate", () => {
  it("is offered", async () => {
    const { files } = await start();
    expect(files.certificates.certificateEnd()).toEqual(new Date("2120-01-01T00:00:00Z"));
  });

  it("is told before and after it, once a day", async () => {
    let now = new Date("2119-12-01T00:00:00Z");
    const { files, told } = await start({ now: () => now });
    const at = async (time: string) => {
      now = new Date(time);
      await files.look();
      return told();
    };
    expect(await at("2119-12-17T00:00:00Z")).toEqual([]);
    expect(await at("2119-12-19T00:00:00Z")).toEqual([expect.stringContaining("ends soon")]);
    expect(await at("2119-12-19T12:00:00Z")).toHaveLength(1);
    expect(await at("2119-12-20T00:00:00Z")).toHaveLength(2);
    expect((await at("2120-01-01T00:00:00Z"))[2]).toContain("has ended");
  });

  it("is told again where the clock was set back, and from then on once a day", async () => {
    let now = new Date("2119-12-25T00:00:00Z");
    const { files, told } = await start({ now: () => now });
    for (const [time, times] of [
      ["2119-12-25T01:00:00Z", 1],
      ["2119-12-20T00:00:00Z", 2],
      ["2119-12-20T23:00:00Z", 2],
      ["2119-12-21T00:00:00Z", 3],
    ] as const) {
      now = new Date(time);
      await files.look();
      expect([time, told().length]).toEqual([time, times]);
    }
  });

  it("stops no start, but no other one is exchanged for one that has ended", async () => {
    const { files, used, told } = await start();
    put("ended");
    await files.reload();
    expect(used()).toBe(inUse("server"));
    expect(told()).toEqual([expect.stringMatching(/^TLS_CERT .* has ended at 2020-02-01T00:00:00\.000Z: /)]);
    const late = await start();
    expect(late.used()).toBe(inUse("ended"));
    expect(late.told()).toEqual([expect.stringContaining("has ended")]);
    put("renewed");
    await late.files.look();
    expect(late.used()).toBe(inUse("renewed"));
  });

  it("is no reason to take one that has not begun", async () => {
    const now = () => new Date("2020-01-15T00:00:00Z");
    put("ended");
    const { files, used, told } = await start({ now });
    put("renewed");
    await files.reload();
    expect(used()).toBe(inUse("ended"));
    expect(told().at(-1)).toMatch(/^TLS_CERT .* is not valid before 2025-01-01T00:00:00\.000Z: /);
  });
});

it("resumes no session for longer than an hour, also where the clock was set back", async () => {
  let now = new Date("2030-01-01T00:00:00Z");
  const { files } = await start({ now: () => now });
  const before = files.certificates.material.ticketSecret;
  now = new Date("2030-01-01T00:59:00Z");
  await files.look();
  expect(files.certificates.material.ticketSecret).toBe(before);
  now = new Date("2030-01-01T01:00:00Z");
  await files.look();
  const next = files.certificates.material.ticketSecret;
  expect(next).not.toBe(before);
  now = new Date("2029-01-01T00:00:00Z");
  await files.look();
  expect(files.certificates.material.ticketSecret).not.toBe(next);
});
