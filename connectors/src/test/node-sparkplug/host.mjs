// Decodes with sparkplug-payload what an edge node says at the broker of the port in the first argument.
// Says READY, then for each metric "KIND name-or-alias type value unit historical".
import mqtt from 'mqtt';
import payloads from 'sparkplug-payload';

const sparkplug = payloads.get('spBv1.0');
const client = mqtt.connect(`mqtt://127.0.0.1:${process.argv[2]}`);
client.on('connect', () => client.subscribe('spBv1.0/#', () => console.log('READY')));
client.on('message', (topic, bytes) => {
  const kind = topic.split('/')[2];
  for (const metric of sparkplug.decodePayload(bytes).metrics ?? []) {
    console.log([kind, metric.name || metric.alias, metric.type, metric.value, metric.properties?.engUnit?.value ?? '-',
      metric.isHistorical ? 'historical' : 'live'].join(' '));
  }
});
