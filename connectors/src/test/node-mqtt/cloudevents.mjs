// Reads CloudEvents with the CloudEvents SDK at the broker of the port in the first argument, from any topic.
// Says READY, then for each message "EVENT type source subject id data" or "BROKEN why".
import mqtt from 'mqtt';
import { MQTT } from 'cloudevents';

const client = mqtt.connect(`mqtt://127.0.0.1:${process.argv[2]}`, { protocolVersion: 5 });
client.on('connect', () => client.subscribe('#', { qos: 1 }, () => console.log('READY')));
client.on('message', (topic, payload, packet) => {
  try {
    const contentType = packet.properties?.contentType;
    // The SDK's message has its properties and payload under two names each; these are the ones it reads.
    const event = MQTT.toEvent({
      PUBLISH: { 'Content Type': packet.properties?.contentType }, headers: { ...packet.properties?.userProperties },
      body: JSON.parse(payload.toString('utf8')),
    }, true);
    event.validate();
    console.log(`EVENT ${event.type} ${event.source} ${event.subject} ${event.id} ${JSON.stringify(event.data)}`);
  } catch (error) {
    console.log(`BROKEN ${topic} ${error.message}`);
  }
});
