import { dispatch, type Route } from "./dispatch.ts";

const services = new Set(["a.b.Service"]);
const pages = { owns: (path: string, accept?: string) => path === "/docs/using" || accept === "text/html" };

describe("dispatch", () => {
  const cases: [path: string, contentType: string | undefined, isConnect: boolean, route: Route][] = [
    ["/healthz", undefined, false, "operations"],
    ["/readyz", undefined, false, "operations"],
    ["/readyz/", undefined, false, "rest"],
    ["/a.b.Service/Method", undefined, false, "rpc"],
    ["/a.b.Service/Method", "application/json", false, "rpc"],
    ["/a.b.Service", "text/plain", false, "rpc"],
    ["/a.b.Other/Method", "application/json", false, "rpc"],
    ["/a.b.Other/Method", undefined, false, "rpc"],
    ["/a.b.Other/Method/more", undefined, false, "rest"],
    ["/a.b.Other/", "application/json", false, "rest"],
    ["/favicon.ico", undefined, false, "rest"],
    ["/Other/Method", "application/json", false, "rest"],
    ["/a.b.Other/Method", "application/json", true, "rpc"],
    ["/a.b.Other/Method", "application/grpc", false, "rpc"],
    ["/a.b.Other/Method", "application/grpc-web+proto", false, "rpc"],
    ["/a.b.Other/Method", "Application/Connect+JSON", false, "rpc"],
    ["/a.b.Other/Method", "application/proto", false, "rpc"],
    ["/a.b.Other/Method/more", "application/protobuf", false, "rest"],
    ["/v1/a.b.Service/Method", undefined, false, "rest"],
    ["/", undefined, false, "rest"],
    ["/docs/using", undefined, false, "pages"],
    ["/docs/using", "application/json", false, "pages"],
    ["/docs/using", "application/grpc", false, "pages"],
    ["/docs/using", "application/json", true, "pages"],
    ["/docs.Service/using", "application/grpc", false, "rpc"],
  ];
  it.each(cases)("%s with content type %s, Connect %s -> %s", (path, contentType, isConnect, route) => {
    expect(dispatch({ path, contentType, isConnect }, { services, pages })).toBe(route);
  });

  it("lets pages know what is accepted", () => {
    const target = { path: "/", contentType: undefined, accept: "text/html", isConnect: false };
    expect(dispatch(target, { services, pages })).toBe("pages");
    expect(dispatch({ ...target, path: "/a.b.Service/Method" }, { services, pages })).toBe("rpc");
  });
});
