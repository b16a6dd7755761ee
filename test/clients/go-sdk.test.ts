/** The AWS SDK for Go v2 as Terraform's AWS provider uses it: test/clients/go makes its calls, and checks what it checks. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { MODEL } from '../api/model.js'
import { requireGoClient } from './install.js'
import { startServer, type Server } from './server.js'

const run = promisify(execFile)

const KINDS = ['mesh', 'node', 'router', 'route', 'service', 'gateway', 'gatewayRoute']
const STEPS = ['absent before', 'create', 'conflict', 'pages', 'tags', 'update', 'delete']

describe("Terraform's calls with the AWS SDK for Go", function () {
  this.timeout(60_000)
  let program: string
  let server: Server | undefined
  const done = new Set<string>()
  before(async function () {
    program = await requireGoClient(this)
    server = await startServer()
    const { stdout } = await run(program, [server.endpoint])
    for (const line of stdout.trim().split('\n')) done.add(line)
  })
  after(() => server?.close())

  for (const kind of KINDS) {
    it(`work for a ${kind} from its creation to its end`, () => {
      const missing = STEPS.filter((step) => !done.has(`${kind}: ${step}`))
      assert.deepEqual(missing, [])
    })
  }

  it('leave nothing behind', async () => {
    assert.deepEqual((await server?.store.image())?.resources, [])
    assert.ok(done.has('mesh: in use'))
  })

  it('are every write that there is', async () => {
    const changes = (await server?.store.changesAfter(0, 1000)) ?? []
    const writes = new Set(changes.map(({ operation }) => operation))
    const known = Object.keys(MODEL.operations).filter((name) => !/^(Describe|List)/.test(name))
    assert.deepEqual([...writes].sort(), known.sort())
  })
})
