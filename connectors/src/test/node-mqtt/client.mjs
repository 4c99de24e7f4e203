// node client.mjs URL VERSION: connects with the npm package mqtt, subscribes, publishes with QoS 0, 1 and 2,
// says what it is sent, and goes when it is sent "bye".
import mqtt from 'mqtt'

const [url, version] = process.argv.slice(2)
const client = mqtt.connect(url, {protocolVersion: Number(version), clientId: 'npm', clean: true})
client.on('error', error => { console.log('ERROR ' + error.message); process.exit(1) })
client.on('message', (topic, payload, packet) => {
  console.log(`MESSAGE ${topic} ${payload} ${packet.qos}`)
  if (payload.toString() === 'bye') client.end(false, {}, () => { console.log('END') })
})
client.on('connect', async () => {
  const granted = await client.subscribeAsync('suimon/values/#', {qos: 1})
  console.log('GRANTED ' + granted[0].qos)
  for (const qos of [0, 1, 2]) {
    await client.publishAsync('pens/npm', `qos ${qos}`, {qos})
    console.log('PUBLISHED ' + qos)
  }
})
