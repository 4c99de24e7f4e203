// node broker.mjs PORT: the broker aedes, which forgets everything when it ends. A line
// "publish TOPIC PAYLOAD RETAIN" publishes with QoS 1; "SUBSCRIBED n FILTERS" says who listens.
import Aedes from 'aedes'
import net from 'node:net'
import readline from 'node:readline'

const aedes = new Aedes()
aedes.on('subscribe', (filters) => console.log('SUBSCRIBED ' + filters.map(filter => filter.topic).join(' ')))
aedes.on('ack', (packet) => { if (packet && packet.topic) console.log('ACKNOWLEDGED ' + packet.payload) })
net.createServer(aedes.handle).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('READY'))
readline.createInterface({input: process.stdin}).on('line', line => {
  const [what, topic, payload, retain] = line.split(' ')
  if (what === 'publish') {
    aedes.publish({cmd: 'publish', topic, payload, qos: 1, retain: retain === 'true'}, () => console.log('PUBLISHED ' + payload))
  }
}).on('close', () => process.exit(0))
