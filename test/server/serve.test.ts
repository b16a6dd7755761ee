import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const TSX = import.meta.resolve('tsx')
const READY =
  /^meshkeeper \S+ is ready: api 127\.0\.0\.1:(\d+), xds 127\.0\.0\.1:(\d+), admin 127\.0\.0\.1:(\d+), store (\S+)\n$/

const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-serve-'))
const children: ChildProcess[] = []
after(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(directory, { recursive: true })
})

/** Runs the command line as a user would. */
function run(...args: string[]) {
  return launch(process.execPath, ['--import', TSX, MAIN, ...args])
}

function launch(command: string, args: readonly string[]) {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('MESHKEEPER_')),
  )
  const child = spawn(command, args, {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }))
  return { child, output, ended }
}

const FREE = ['--api', '127.0.0.1:0', '--xds', '127.0.0.1:0', '--admin', '127.0.0.1:0']

async function serve(...args: string[]) {
  const server = run('serve', ...FREE, ...args)
  await Promise.race([once(server.child.stdout, 'data'), server.ended])
  const [, api, xds, admin] = READY.exec(server.output.stdout) ?? assert.fail(server.output.stderr)
  return { ...server, api: api!, xds: xds!, admin: admin! }
}

describe('meshkeeper serve', function () {
  this.timeout(60_000)

  it('names the address of DNS too, when it answers DNS', async () => {
    const server = run('serve', ...FREE, '--store', 'sqlite::memory:', '--dns', '127.0.0.1:0')
    await Promise.race([once(server.child.stdout, 'data'), server.ended])
    assert.match(server.output.stdout, /, admin 127\.0\.0\.1:\d+, dns 127\.0\.0\.1:[1-9]\d*, store sqlite::memory:\n$/)
    server.child.kill('SIGTERM')
    assert.equal((await server.ended).code, 0)
  })

  it('says when it is ready, serves, keeps others off its file and ports, and ends with 0 on SIGTERM', async () => {
    const server = await serve()
    const readiness = await fetch(`http://127.0.0.1:${server.admin}/readyz`)
    assert.equal(readiness.status, 200)
    const meshes = await fetch(`http://127.0.0.1:${server.api}/v20190125/meshes`)
    assert.deepEqual(await meshes.json(), { meshes: [] })

    const [sameFile, samePort] = await Promise.all([
      run('serve', ...FREE).ended,
      run('serve', ...FREE, '--store', 'sqlite::memory:', '--xds', `127.0.0.1:${server.xds}`).ended,
    ])
    const holder = `another meshkeeper (pid ${String(server.child.pid)}) serves the store ./meshkeeper.db already`
    assert.equal(sameFile.code, 1)
    assert.ok(sameFile.stderr.startsWith(`error: ${holder}`), sameFile.stderr)
    assert.equal(sameFile.stderr.trim().split('\n').length, 1)
    const expected = `error: cannot listen on --xds 127.0.0.1:${server.xds}: another program listens there already\n`
    assert.deepEqual(samePort, { code: 1, stdout: '', stderr: expected })

    server.child.kill('SIGTERM')
    const { code, stdout, stderr } = await server.ended
    assert.equal(code, 0, stderr)
    assert.match(stdout, READY)
    const log = stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg)
    assert.deepEqual(log, ['stopping', 'stopped'])
  })

  it('serves even when its ready line cannot be written', async () => {
    const program = [process.execPath, '--import', TSX, MAIN]
    const args = ['serve', ...FREE, '--admin', '0.0.0.0:0', '--store', 'sqlite::memory:']
    const { child, ended } = launch('sh', ['-c', 'exec "$@" > /dev/full', 'sh', ...program, ...args])
    // The warning about the open listener: everything listens, the ready line comes next.
    await once(child.stderr, 'data')
    child.kill('SIGTERM')
    const { code, stderr } = await ended
    assert.deepEqual([code, stderr.includes('"stopped"')], [0, true], stderr)
  })

  it('ends on SIGTERM while it waits for its store', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const connected = once(silent, 'connection') as Promise<[Socket]>
    const store = `postgres://keeper@127.0.0.1:${port}/mesh?connect_timeout=600`
    const { child, ended } = run('serve', ...FREE, '--store', store, '--shutdown-grace', '100ms')
    const [socket] = await connected
    socket.on('error', () => undefined)
    child.kill('SIGTERM')
    const { code, stdout, stderr } = await ended
    silent.close()
    assert.deepEqual([code, stdout], [0, ''], stderr)
    assert.match(stderr, /^[^\n]*"stopping before the start has come to its end"\}\n$/)
  })

  it('ends at once on a second signal', async () => {
    const server = await serve('--store', 'sqlite::memory:', '--shutdown-grace', '50s')
    const slow = connect(Number(server.api), '127.0.0.1').on('error', () => undefined)
    slow.write('PUT /v20190125/meshes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{')
    await fetch(`http://127.0.0.1:${server.api}/v20190125/meshes`)
    server.child.kill('SIGTERM')
    while (!server.output.stderr.includes('stopping')) await once(server.child.stderr, 'data')
    server.child.kill('SIGINT')
    const { code, stderr } = await server.ended
    assert.equal(code, 1)
    assert.match(stderr, /second signal/)
    slow.destroy()
  })

  const refused = [
    {
      name: 'a bad value',
      args: ['serve', '--api', '80', '--account', '1'],
      code: 2,
      expect: /^error: --api: "80" .*\nerror: --account: "1" .*\n$/,
    },
    {
      name: 'a missing certificate',
      args: ['serve', '--xds-tls-cert', 'a.pem', '--xds-tls-key', 'b.pem'],
      code: 1,
      expect: /^error: cannot read a\.pem: ENOENT[^\n]*\n$/,
    },
  ]
  for (const { name, args, code, expect } of refused)
    it(`refuses ${name}`, async () => {
      const result = await run(...args).ended
      assert.equal(result.code, code, result.stderr)
      assert.match(result.stderr, expect)
      assert.equal(result.stdout, '')
    })
})

describe('meshkeeper config', function () {
  this.timeout(60_000)

  it('prints what serve would run with', async () => {
    const { code, stdout } = await run('config', '--log-level', 'debug').ended
    assert.equal(code, 0)
    assert.match(stdout, /^api: 127\.0\.0\.1:4080 {2}# default$/m)
    assert.match(stdout, /^logLevel: debug {2}# --log-level$/m)
  })

  it('fails when its answer cannot be written', async () => {
    const program = [process.execPath, '--import', TSX, MAIN]
    const { ended } = launch('sh', ['-c', 'exec "$@" > /dev/full', 'sh', ...program, 'config'])
    const { code, stderr } = await ended
    assert.deepEqual([code, /^error: cannot write to standard output: ENOSPC/.test(stderr)], [1, true], stderr)
  })
})
