import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from 'node:fs'
import { connect as connectSecure } from 'node:tls'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ListenAddress } from '../../src/server/address.js'
import { bind, ListenError } from '../../src/server/listener.js'
import { createConnectionServer } from '../../src/xds/connections.js'
import { fixture } from './fixtures.js'

const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-listen-'))
const open: Server[] = []
after(() => rmSync(directory, { recursive: true }))
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

const greet = (socket: Socket): void => void socket.end('hello')
const bindAt = async (address: ListenAddress, server: Server = createConnectionServer(undefined, greet)) => {
  const bound = await bind(server, { address, flag: '--xds', socketMode: 0o620 })
  open.push(server)
  return bound
}
const local: ListenAddress = { kind: 'tcp', host: '127.0.0.1', port: 0 }
const portOf = (address: ListenAddress): number => (address.kind === 'tcp' ? address.port : assert.fail())

async function hear(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) text += String(chunk)
  return text
}

describe('listener', () => {
  it('says which port 0 became', async () => {
    const bound = await bindAt(local)
    assert.equal(await hear(connect(portOf(bound))), 'hello')
  })

  it('takes localhost, and every interface', async () => {
    for (const host of ['localhost', '']) {
      const bound = await bindAt({ kind: 'tcp', host, port: 0 })
      assert.equal(await hear(connect(portOf(bound), '127.0.0.1')), 'hello')
    }
  })

  const path = join(directory, 'mk.sock')
  const unix: ListenAddress = { kind: 'unix', path }

  it('serves a Unix socket with its mode, and takes it away at the end', async () => {
    assert.deepEqual(await bindAt(unix), unix)
    assert.equal(statSync(path).mode & 0o777, 0o620)
    assert.equal(await hear(connect(path)), 'hello')
    const server = open.pop()!
    await new Promise((resolve) => server.close(resolve))
    assert.equal(existsSync(path), false)
  })

  it('replaces a socket file that a killed process left', async () => {
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    await assert.rejects(bindAt(unix), {
      name: 'ListenError',
      message: `cannot listen on --xds unix://${path}: another program listens there already`,
    })
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
    assert.equal(existsSync(path), true)
    await bindAt(unix)
    assert.equal(await hear(connect(path)), 'hello')
  })

  it('leaves a file that is no socket alone', async () => {
    const file = join(directory, 'notes.txt')
    writeFileSync(file, 'precious')
    await assert.rejects(bindAt({ kind: 'unix', path: file }), /a file that is not a socket/)
    assert.equal(readFileSync(file, 'utf8'), 'precious')
  })

  it('says in one line why it cannot be opened', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    open.push(taken)
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const cases: { address: ListenAddress; expect: RegExp }[] = [
      {
        address: { ...local, port },
        expect: new RegExp(`^cannot listen on --xds 127.0.0.1:${port}: another program listens`),
      },
      { address: { ...local, host: '192.0.2.1' }, expect: /--xds 192\.0\.2\.1:0: this machine has no such address/ },
      {
        address: { kind: 'unix', path: join(directory, 'no', 'x') },
        expect: /no\/x: permission denied, or its directory does not exist$/,
      },
    ]
    for (const { address, expect } of cases)
      await assert.rejects(bindAt(address), (error: Error) => {
        assert.match(error.message, expect)
        return error instanceof ListenError
      })
  })

  it('offers HTTP/2 over TLS', async () => {
    const pair = { cert: fixture('one.cert.pem'), key: fixture('one.key.pem') }
    const bound = await bindAt(local, createConnectionServer(pair, greet))
    const options = { port: portOf(bound), ca: pair.cert, servername: 'localhost' }
    const socket = connectSecure({ ...options, ALPNProtocols: ['http/1.1', 'h2'] })
    assert.equal(await hear(socket), 'hello')
    assert.equal(socket.alpnProtocol, 'h2')
    await assert.rejects(hear(connectSecure({ ...options, ALPNProtocols: ['http/1.1'] })), /alert|reset/i)
  })
})
