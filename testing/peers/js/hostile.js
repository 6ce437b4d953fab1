// A peer that does not play by the rules of the node that `dial` names.
//
//   → (start)                   ready PEER
//   → dial ADDRESS              ok PEER              with a new identity
//   → garbage PROTOCOL          ok                   what is no message of it
//   → oversize PROTOCOL         ok                   a frame of 512 MiB, of which it sends 64 MiB
//   → wants COUNT               ok                   for blocks that nobody has
//   → corrupt CID               ok                   who asks it for anything gets a block that is not CID's, from the next `dial` on
//   → greedy CID COUNT          ok                   wants the block again and again, and reads nothing
//   → unsigned TOPIC COUNT      ok                   messages without signature
//   → forged TOPIC COUNT        ok                   by somebody else, it says
//   → replay TOPIC COUNT        ok                   one good message, again and again
//   → subscriptions COUNT       ok
//   → prune TOPIC               ok                   out of its mesh, for the rest of time
//   → providers PROTOCOL COUNT  ok                   of keys that nobody asked about
//   → records PROTOCOL COUNT    ok                   of 60 KiB, at such keys
//   → flood COUNT               ok                   connections that say nothing
//   → peers COUNT               ok OPEN              connections of new identities
//
// `ok` says that all was sent, or that the node closed what it was sent through.
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { CID } from 'multiformats/cid'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { obey } from './lines.js'

const BITSWAP = '/ipfs/bitswap/1.2.0'
const PUBSUB = '/meshsub/1.1.0'
const MIB = 1 << 20

// It takes what others open to it, and reads nothing of it.
const ignore = (stream) => stream.pause()
let serve = ignore

async function identity() {
  const privateKey = await generateKeyPair('Ed25519')
  const node = await createLibp2p({
    privateKey,
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: { denyDialMultiaddr: () => false },
    services: { identify: identify() },
  })
  for (const protocol of [BITSWAP, PUBSUB]) {
    await node.handle(protocol, protocol === BITSWAP ? serve : ignore)
  }
  return { node, privateKey }
}

// Protobuf: fields of bytes, numbers or messages.
function varint(value) {
  const bytes = []
  for (let left = BigInt(value); ; left >>= 7n) {
    if (left < 0x80n) return Buffer.from([...bytes, Number(left)])
    bytes.push(Number(left & 0x7fn) | 0x80)
  }
}
function field(number, value) {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Buffer.concat([varint(number << 3), varint(value)])
  }
  const bytes = Buffer.from(value)
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes])
}
const message = (...fields) => Buffer.concat(fields)
const frame = (bytes) => Buffer.concat([varint(bytes.length), bytes])

let me = await identity()
let victim

async function open(protocol) {
  return me.node.dialProtocol(victim, protocol, { maxOutboundStreams: 100_000 })
}

// Returns whether the node takes more.
async function send(stream, bytes) {
  try {
    if (!stream.send(bytes)) {
      await stream.onDrain({ signal: AbortSignal.timeout(5_000) })
    }
    return true
  } catch {
    return false
  }
}

// Through another stream where the node closes one, until it closes all.
async function sendAll(protocol, frames) {
  let stream
  for (const one of frames) {
    try {
      if (stream?.status !== 'open') stream = await open(protocol)
    } catch {
      return
    }
    if (!(await send(stream, one))) stream.abort(new Error('it takes no more'))
  }
  await stream.close({ signal: AbortSignal.timeout(5_000) }).catch(() => {})
}

function* repeat(count, make) {
  for (let i = 0; i < count; i++) {
    yield make(i)
  }
}

const multihash = () => Buffer.concat([Buffer.from([0x12, 0x20]), randomBytes(32)])
const want = (cid) => field(1, message(field(1, cid), field(2, 1), field(5, 1)))
const wantlist = (wants) => frame(field(1, message(...wants)))

async function signed(topic, data, sequence) {
  const body = message(
    field(1, me.node.peerId.toMultihash().bytes),
    field(2, data),
    field(3, sequence),
    field(4, topic),
  )
  const signature = await me.privateKey.sign(Buffer.concat([Buffer.from('libp2p-pubsub:'), body]))
  return message(body, field(5, signature))
}
const published = (body) => frame(field(2, body))
const subscription = (topic) => field(1, message(field(1, 1), field(2, topic)))

const commands = {
  async dial(address) {
    await me.node.stop()
    me = await identity()
    victim = multiaddr(address)
    await me.node.dial(victim)
    return me.node.peerId
  },
  async garbage(protocol) {
    await sendAll(protocol, repeat(100, () => frame(randomBytes(1000))))
  },
  async oversize(protocol) {
    const stream = await open(protocol)
    let more = await send(stream, varint(512 * MIB))
    for (let i = 0; more && i < 64; i++) {
      more = await send(stream, Buffer.alloc(MIB))
    }
    stream.abort(new Error('enough'))
  },
  async wants(count) {
    const cid = () => Buffer.concat([Buffer.from([1, 0x55]), multihash()])
    await sendAll(
      BITSWAP,
      repeat(count / 1000, () => wantlist([...repeat(1000, () => want(cid()))])),
    )
  },
  async corrupt(cid) {
    const { bytes } = CID.parse(cid)
    const has = field(4, message(field(1, bytes), field(2, 0)))
    const prefix = bytes.subarray(0, bytes.length - 32)
    const block = field(3, message(field(1, prefix), field(2, 'wrong bytes')))
    const answer = frame(message(has, block))
    serve = (stream) => stream.addEventListener('message', () => sendAll(BITSWAP, [answer]))
  },
  async greedy(cid, count) {
    const { bytes } = CID.parse(cid)
    await sendAll(
      BITSWAP,
      repeat(count, () => wantlist([want(bytes)])),
    )
  },
  async unsigned(topic, count) {
    const one = (i) => published(message(field(2, `unsigned ${i}`), field(4, topic)))
    await sendAll(PUBSUB, [frame(subscription(topic)), ...repeat(count, one)])
  },
  async forged(topic, count) {
    const author = (await generateKeyPair('Ed25519')).publicKey.toMultihash().bytes
    const one = (i) =>
      published(
        message(
          field(1, author),
          field(2, `forged ${i}`),
          field(3, randomBytes(8)),
          field(4, topic),
          field(5, randomBytes(64)),
        ),
      )
    await sendAll(PUBSUB, [frame(subscription(topic)), ...repeat(count, one)])
  },
  async replay(topic, count) {
    const sequence = Buffer.alloc(8)
    sequence.writeBigUInt64BE(BigInt(Date.now()) * 1_000_000n)
    const one = published(await signed(topic, 'replayed', sequence))
    await sendAll(PUBSUB, [frame(subscription(topic)), ...repeat(count, () => one)])
  },
  async subscriptions(count) {
    await sendAll(
      PUBSUB,
      repeat(count, (i) => frame(subscription(`topic ${i}`))),
    )
  },
  async prune(topic) {
    const prune = field(4, message(field(1, topic), field(3, (1n << 63n) - 1n)))
    await sendAll(PUBSUB, [
      frame(subscription(topic)),
      ...repeat(1000, () => frame(field(3, prune))),
    ])
  },
  async providers(protocol, count) {
    const address = multiaddr('/ip4/127.0.0.1/tcp/1').bytes
    const peer = message(field(1, me.node.peerId.toMultihash().bytes), field(2, address))
    const one = () => frame(message(field(1, 2), field(2, multihash()), field(9, peer)))
    await sendAll(protocol, repeat(count, one))
  },
  async records(protocol, count) {
    const one = () => {
      const key = Buffer.concat([Buffer.from('/ipns/'), multihash()])
      const record = message(field(1, key), field(2, randomBytes(60_000)))
      return frame(message(field(1, 0), field(2, key), field(3, record)))
    }
    await sendAll(protocol, repeat(count, one))
  },
  async flood(count) {
    const [, , host, , port] = `${victim}`.split('/')
    const sockets = [...repeat(count, () => connect(port, host).on('error', () => {}))]
    await Promise.all(
      sockets.map((socket) => new Promise((done) => socket.on('connect', done).on('close', done))),
    )
  },
  async peers(count) {
    const nodes = await Promise.all(repeat(count, identity))
    const dialled = await Promise.allSettled(nodes.map(({ node }) => node.dial(victim)))
    return dialled.filter(({ status }) => status === 'fulfilled').length
  },
}

console.log(`ready ${me.node.peerId}`)
await obey(commands)
