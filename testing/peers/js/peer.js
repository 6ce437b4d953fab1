// A node of js-libp2p and Helia, over loopback, that does what lines on standard input say.
//
//   → (start)              ready PEER ADDRESS…
//   → connect ADDRESS      ok PEER
//   → add PATH             ok CID                 a file or a directory
//   → get CID PATH         ok                     writes what CID is, a file or a directory
//   → subscribe TOPIC      ok
//   → listener TOPIC PEER  ok                     waits until PEER is in the mesh of TOPIC
//   → publish TOPIC DATA   ok COUNT               peers it went to
//   → messages TOPIC LAST  ok PEER DATA…          waits for LAST, tells all until then and who published them
//   → provide CID          ok
//   → providers CID        ok PEER…               until there is one
//
// DATA has no spaces.
import { quic } from '@chainsafe/libp2p-quic'
import { withBitswap } from '@helia/bitswap'
import { withLibp2pLight } from '@helia/libp2p'
import { globSource, unixfs } from '@helia/unixfs'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createHeliaLight } from 'helia'
import { CID } from 'multiformats/cid'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { obey } from './lines.js'

const helia = withBitswap(
  withLibp2pLight(createHeliaLight(), {
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/udp/0/quic-v1'] },
    transports: [tcp(), quic()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: {
      identify: identify(),
      ping: ping(),
      pubsub: gossipsub(),
      dht: kadDHT({
        protocol: '/ipfs/lan/kad/1.0.0',
        peerInfoMapper: passthroughMapper,
        clientMode: false,
      }),
    },
  }),
)
await helia.start()
const { libp2p } = helia
const { pubsub } = libp2p.services
const files = unixfs(helia)

// What came, by topic, and what waits for more.
const received = new Map()
let arrived = () => {}
pubsub.addEventListener('message', ({ detail }) => {
  received.get(detail.topic)?.push(`${detail.from} ${Buffer.from(detail.data)}`)
  arrived()
})
pubsub.addEventListener('gossipsub:graft', () => arrived())

async function until(holds) {
  while (!holds()) {
    await new Promise((resolve) => (arrived = resolve))
  }
}

async function write(node, path) {
  if (node.type !== 'directory') {
    await pipeline(files.cat(node.cid), createWriteStream(path))
    return
  }
  await mkdir(path)
  for await (const entry of files.ls(node.cid)) {
    await write(await files.stat(entry.cid), join(path, entry.name))
  }
}

const commands = {
  async connect(address) {
    return (await libp2p.dial(multiaddr(address))).remotePeer
  },
  async add(path) {
    if (!(await stat(path)).isDirectory()) {
      return files.addByteStream(createReadStream(path))
    }
    let root
    for await (const { cid } of files.addAll(globSource(path, '**/*'), { wrapWithDirectory: true })) {
      root = cid
    }
    return root
  },
  async get(cid, path) {
    await write(await files.stat(CID.parse(cid)), path)
  },
  async subscribe(topic) {
    received.set(topic, [])
    pubsub.subscribe(topic)
  },
  async listener(topic, peer) {
    await until(() => pubsub.getMeshPeers(topic).includes(peer))
  },
  async publish(topic, data) {
    return (await pubsub.publish(topic, Buffer.from(data))).recipients.length
  },
  async messages(topic, last) {
    const all = received.get(topic)
    await until(() => all.some((one) => one.endsWith(` ${last}`)))
    return all.splice(0).join(' ')
  },
  async provide(cid) {
    await libp2p.contentRouting.provide(CID.parse(cid))
  },
  async providers(cid) {
    for await (const { id } of libp2p.contentRouting.findProviders(CID.parse(cid))) {
      return id
    }
    throw new Error('nobody')
  },
}

const addresses = libp2p.getMultiaddrs().join(' ')
console.log(`ready ${libp2p.peerId} ${addresses}`)
await obey(commands)
