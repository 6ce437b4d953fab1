// Does what lines on standard input say. Each has one answer, in their order: "ok …", or "error …"
// where it fails or takes longer than a minute.
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'

export async function obey(commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, ...rest] = line.split(' ')
    try {
      const answer = await Promise.race([commands[name](...rest), late()])
      console.log(answer === undefined ? 'ok' : `ok ${answer}`)
    } catch (error) {
      console.log(`error ${`${error.stack}`.replaceAll('\n', ' | ')}`)
    }
  }
  process.exit()
}

async function late() {
  await setTimeout(60_000, undefined, { ref: false })
  throw new Error('it takes longer than a minute')
}
