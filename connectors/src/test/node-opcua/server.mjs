// A third-party OPC UA server for the tests: one node with history, one without, driven over
// standard input by lines "publish FIRST LAST": the value n at second n after the start of the data.
import { createInterface } from "node:readline";
import {
  DataType, OPCUACertificateManager, OPCUAServer, StatusCodes, Variant,
} from "node-opcua";

const [port, folder] = process.argv.slice(2);
const start = Date.parse("2026-07-01T00:00:00Z");
const certificates = new OPCUACertificateManager({
  rootFolder: folder, name: "pki", automaticallyAcceptUnknownCertificate: true,
});
await certificates.initialize();
const server = new OPCUAServer({
  port: Number(port),
  host: "127.0.0.1",
  hostname: "localhost",
  resourcePath: "/UA/site",
  serverCertificateManager: certificates,
  userCertificateManager: certificates,
  userManager: { isValidUser: (name, password) => name === "reader" && password === "seven seas" },
  allowAnonymous: true,
});
await server.initialize();
const space = server.engine.addressSpace;
const namespace = space.getOwnNamespace();
const site = namespace.addFolder("ObjectsFolder", { browseName: "Site" });
const make = (name) => namespace.addVariable({
  componentOf: site, browseName: name, nodeId: `s=${name}`, dataType: "Double",
});
const flow = make("flow");
space.installHistoricalDataNode(flow, { maxOnlineValues: 100000 });
const plain = make("plain");
await server.start();
console.log(`READY ns=${namespace.index}`);

for await (const line of createInterface({ input: process.stdin })) {
  const [, first, last] = line.split(" ").map(Number);
  for (let n = first; n <= last; n++) {
    for (const node of [flow, plain]) {
      node.setValueFromSource(
        new Variant({ dataType: DataType.Double, value: n }), StatusCodes.Good, new Date(start + n * 1000));
    }
  }
  console.log(`PUBLISHED ${last}`);
}
await server.shutdown(0);
process.exit(0);
