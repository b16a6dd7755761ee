/** A process whose disk is full for a while, as far as it can tell: `tsx full-disk.ts STORE FILE`. Prints what the store said, as JSON. */
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { openStore } from '../../src/store/open-store.js'
import { node, putAll } from './resources.js'

const [address = '', path = ''] = process.argv.slice(2)
// Its default action ends the process; with a listener the write fails, as on a full disk.
process.on('SIGXFSZ', () => undefined)

/** No file may grow beyond so many bytes. */
const limit = (bytes: number | 'unlimited'): void =>
  void execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`])

const said: string[] = []
const note = async (what: string, work: Promise<unknown>): Promise<void> => {
  const answer = await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  )
  said.push(`${what}: ${answer}`)
}

const store = await openStore(address)
await note('write', putAll(store, node('a')))
limit(statSync(`${path}-wal`).size)
await note('write', putAll(store, node('b')))
await note('ping', store.ping())
await note('ping', store.ping())
await note('read', store.head())
limit('unlimited')
await note('ping', store.ping())
await note('write', putAll(store, node('c')))
await store.close()
console.log(JSON.stringify(said))
