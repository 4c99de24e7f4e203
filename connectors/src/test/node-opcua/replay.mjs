// A third-party OPC UA server with history that plays what it is told on standard input:
// "NODE EPOCH_MILLISECONDS VALUE" a line; "DONE" is answered when all of it is in its history.
import { createInterface } from "node:readline";
import {
  DataType, OPCUACertificateManager, OPCUAServer, StatusCodes, Variant,
} from "node-opcua";

const [port, folder, ...names] = process.argv.slice(2);
const certificates = new OPCUACertificateManager({
  rootFolder: folder, name: "pki", automaticallyAcceptUnknownCertificate: true,
});
await certificates.initialize();
const server = new OPCUAServer({
  port: Number(port), host: "127.0.0.1", hostname: "localhost", resourcePath: "/UA/replay",
  serverCertificateManager: certificates, userCertificateManager: certificates, allowAnonymous: true,
});
await server.initialize();
const space = server.engine.addressSpace;
const namespace = space.getOwnNamespace();
const site = namespace.addFolder("ObjectsFolder", { browseName: "Replay" });
const nodes = new Map();
for (const name of names) {
  const node = namespace.addVariable({
    componentOf: site, browseName: name, nodeId: `s=${name}`, dataType: "Double",
  });
  space.installHistoricalDataNode(node, { maxOnlineValues: 1000000 });
  nodes.set(name, node);
}
await server.start();
console.log(`READY ns=${namespace.index}`);

for await (const line of createInterface({ input: process.stdin })) {
  const [name, at, value] = line.split(" ");
  if (name === "DONE") {
    console.log("DONE");
    continue;
  }
  nodes.get(name).setValueFromSource(
    new Variant({ dataType: DataType.Double, value: Number(value) }), StatusCodes.Good, new Date(Number(at)));
}
await server.shutdown(0);
process.exit(0);
