// A third-party OPC UA server for the tests: an alarm with limits, an array, an enumeration, a
// structure, a unit. Driven over standard input by lines "level N", "acknowledge", "unit CODE NAME".
// With a third argument it dials that client's URL and waits there to be used (Part 6, 7.1.3).
import { createInterface } from "node:readline";
import {
  DataType, OPCUACertificateManager, OPCUAServer, StatusCodes, Variant, VariantArrayType, makeEUInformation,
} from "node-opcua";

const [port, folder, dial] = process.argv.slice(2);
const certificates = new OPCUACertificateManager({
  rootFolder: folder, name: "pki", automaticallyAcceptUnknownCertificate: true,
});
await certificates.initialize();
const server = new OPCUAServer({
  port: Number(port), host: "127.0.0.1", hostname: "localhost", resourcePath: "/UA/plant",
  serverInfo: { applicationUri: "urn:plant:server" },
  serverCertificateManager: certificates, userCertificateManager: certificates, allowAnonymous: true,
  ...(dial ? { reverseConnect: {
    connections: [{ endpointUrl: dial }], reconnectDelay: 100, maxReconnectDelay: 200,
  } } : {}),
});
await server.initialize();
const space = server.engine.addressSpace;
space.installAlarmsAndConditionsService();
const namespace = space.getOwnNamespace();
const area = namespace.addObject({
  browseName: "Area", nodeId: "s=area", organizedBy: space.rootFolder.objects, eventNotifier: 1,
  notifierOf: space.rootFolder.objects.server,
});
const variable = (name, more) => namespace.addVariable({
  componentOf: area, browseName: name, nodeId: `s=${name}`, ...more,
});
const level = variable("level", { dataType: "Double", eventSourceOf: area });
level.setValueFromSource({ dataType: DataType.Double, value: 5 });
const alarm = namespace.instantiateExclusiveLimitAlarm("ExclusiveLimitAlarmType", {
  browseName: "LevelAlarm", conditionName: "LevelAlarm", nodeId: "s=level-alarm", componentOf: area, conditionSource: level, inputNode: level,
  lowLowLimit: 1, lowLimit: 2, highLimit: 8, highHighLimit: 9,
});
alarm.setEnabledState(true);
const spectrum = variable("spectrum", { dataType: "Double", valueRank: 1, arrayDimensions: [0] });
spectrum.setValueFromSource(
  new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: [1.5, -2] }));
const mode = namespace.addMultiStateDiscrete({
  componentOf: area, browseName: "mode", nodeId: "s=mode", enumStrings: ["Stopped", "Running"], value: 1,
});
const range = space.constructExtensionObject(space.findDataType("Range"), { low: -1, high: 4 });
variable("limits", { dataType: "Range" }).setValueFromSource(
  new Variant({ dataType: DataType.ExtensionObject, value: range }));
const analog = namespace.addAnalogDataItem({
  componentOf: area, browseName: "flow", nodeId: "s=flow", dataType: "Double",
  engineeringUnits: makeEUInformation("MQH", "m³/h", "cubic metre per hour"),
  engineeringUnitsRange: { low: 0, high: 100 },
});
let sent = 7;
analog.setValueFromSource(new Variant({ dataType: DataType.Double, value: sent }), StatusCodes.Good, new Date());
await server.start();
console.log(`READY ns=${namespace.index}`);

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...words] = line.split(" ");
  if (command === "level") {
    level.setValueFromSource({ dataType: DataType.Double, value: Number(words[0]) });
  } else if (command === "acknowledge") {
    alarm.acknowledgeAndAutoConfirmBranch?.(alarm.currentBranch(), "seen");
    if (!alarm.currentBranch().getAckedState()) {
      alarm.currentBranch().setAckedState(true);
      alarm.raiseNewCondition({ message: "acknowledged", severity: 500, quality: StatusCodes.Good, retain: true });
    }
  } else if (command === "unit") {
    analog.engineeringUnits.setValueFromSource(
      { dataType: DataType.ExtensionObject, value: makeEUInformation(words[0], words[1], words[1]) });
    analog.setValueFromSource(new Variant({ dataType: DataType.Double, value: ++sent }), StatusCodes.Good, new Date());
  }
  console.log(`DONE ${line}`);
}
await server.shutdown(0);
process.exit(0);
