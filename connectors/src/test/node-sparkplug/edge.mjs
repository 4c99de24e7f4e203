// A Sparkplug B edge node "n" with a device "d" at the broker of the port in the first argument. Reads lines:
// "data NUMBER" publishes a value of the device, "dead" the device's death. Says BORN, DATA NUMBER, DEAD.
import { createInterface } from 'node:readline';
import sparkplug from 'sparkplug-client';

const client = sparkplug.newClient({
  serverUrl: `mqtt://127.0.0.1:${process.argv[2]}`, username: '', password: '', groupId: 'g', edgeNode: 'n',
  clientId: `edge-${process.pid}`, version: 'spBv1.0',
});
let temperature = 1.5;

function born() {
  client.publishNodeBirth({
    timestamp: Date.now(),
    metrics: [
      { name: 'Node Control/Rebirth', type: 'Boolean', value: false },
      { name: 'level', type: 'Int16', value: -7 },
      { name: 'firmware', type: 'String', value: '水門 1.0' },
    ],
  });
  client.publishDeviceBirth('d', {
    timestamp: Date.now(),
    metrics: [
      { name: 'temperature', type: 'Double', value: temperature },
      { name: 'count', type: 'UInt64', value: 4294967296 },
      { name: 'pump/on', type: 'Boolean', value: true },
    ],
  });
  console.log('BORN');
}

client.on('birth', born);
client.on('ncmd', (payload) => {
  if (payload.metrics?.some((one) => one.name === 'Node Control/Rebirth' && one.value === true)) {
    born();
  }
});
client.on('error', (error) => console.log(`ERROR ${error}`));
createInterface({ input: process.stdin }).on('line', (line) => {
  const [word, number] = line.split(' ');
  if (word === 'data') {
    temperature = Number(number);
    client.publishDeviceData('d', {
      timestamp: Date.now(), metrics: [{ name: 'temperature', type: 'Double', value: temperature }],
    });
    console.log(`DATA ${number}`);
  } else if (word === 'dead') {
    client.publishDeviceDeath('d', { timestamp: Date.now() });
    console.log('DEAD');
  }
});
