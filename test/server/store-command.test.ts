import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../../src/server/config.js'
import { storeCommand } from '../../src/server/store-command.js'
import { openStore } from '../../src/store/open-store.js'
import { mesh, node, putAll } from '../store/resources.js'

const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-store-command-'))
after(() => rmSync(directory, { recursive: true }))

const at = (name: string): string => join(directory, name)
const address = (name: string): string => `sqlite:${at(name)}`

async function run(args: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  let output = ''
  const command = storeCommand({ environment, stdout: (text) => (output += text) })
  for (const one of [command, ...command.commands]) one.exitOverride().configureOutput({ writeErr: () => undefined })
  await command.parseAsync([...args], { from: 'user' })
  return output
}

async function resourcesIn(name: string): Promise<number> {
  const store = await openStore(address(name))
  const { resources } = await store.image()
  await store.close()
  return resources.length
}

describe('meshkeeper store', () => {
  before(async () => {
    const store = await openStore(address('source.db'))
    await putAll(store, mesh(), node('a'))
    await store.close()
  })

  it('copies, once', async () => {
    const copy = ['copy', address('source.db'), address('copy.db')]
    assert.equal(await run(copy), `${address('copy.db')} is filled: it is at revision 1\n`)
    assert.equal(await run(copy), `${address('copy.db')} had everything already: it is at revision 1\n`)
    assert.equal(await resourcesIn('copy.db'), 2)
  })

  it('backs up and restores the store of --store or of the environment', async () => {
    const wrote = await run(['backup', at('backup')], { MESHKEEPER_STORE: address('source.db') })
    // Two resources and two rows of the log.
    assert.equal(wrote, `wrote ${address('source.db')} at revision 1 (4 rows) to ${at('backup')}\n`)
    const restored = await run(['restore', at('backup'), '--store', address('restored.db')])
    assert.equal(restored, `${address('restored.db')} is filled: it is at revision 1\n`)
    assert.equal(await resourcesIn('restored.db'), 2)
  })

  const wrong = [
    { args: ['copy', 'mysql:x', 'sqlite:./b.db'], message: /^FROM: "mysql:x" is not a store/ },
    {
      args: ['copy', 'sqlite:./a.db', 'postgres://u:secret@h/d?x=y'],
      message: /^TO: a PostgreSQL store has no option/,
    },
    { args: ['backup', 'x', '--store', 'mysql:x'], message: /^--store: "mysql:x" is not a store/ },
  ]
  for (const { args, message } of wrong)
    it(`${args.join(' ')} is refused`, () =>
      assert.rejects(run(args), (error: Error) => {
        assert.match(error.message, message)
        assert.ok(!error.message.includes('secret'))
        return error instanceof ConfigError
      }))
})
