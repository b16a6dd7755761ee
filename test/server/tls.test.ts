import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { bind } from '../../src/server/listener.js'
import { createConnectionServer } from '../../src/xds/connections.js'
import { buildLogger } from '../../src/server/logger.js'
import { openTls } from '../../src/server/tls-listeners.js'
import { loadConfig } from '../../src/server/config.js'
import { readTlsPair, TlsError, TlsWatcher, type TlsPair } from '../../src/server/tls.js'
import { fixture, fixturePath } from './fixtures.js'

const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-tls-'))
after(() => rmSync(directory, { recursive: true }))

let count = 0
/** A directory with a copy of a pair. */
function pairDirectory(name: string): string {
  const path = join(directory, String((count += 1)))
  mkdirSync(path)
  install(path, name)
  return path
}
function install(path: string, name: string): void {
  copyFileSync(fixturePath(`${name}.cert.pem`), join(path, 'tls.crt'))
  copyFileSync(fixturePath(`${name}.key.pem`), join(path, 'tls.key'))
}
const filesIn = (path: string) => ({ cert: join(path, 'tls.crt'), key: join(path, 'tls.key') })

describe('TLS files', () => {
  it('are read and belong together', async () => {
    assert.deepEqual(await readTlsPair(filesIn(pairDirectory('one'))), {
      cert: fixture('one.cert.pem'),
      key: fixture('one.key.pem'),
    })
  })

  const [missing, mixed, junk] = [pairDirectory('one'), pairDirectory('one'), pairDirectory('one')]
  rmSync(join(missing, 'tls.key'))
  copyFileSync(fixturePath('two.key.pem'), join(mixed, 'tls.key'))
  writeFileSync(join(junk, 'tls.crt'), 'no certificate')
  const broken = [
    { name: 'a missing file', path: missing, expect: /cannot read .*tls\.key: ENOENT/ },
    {
      name: 'a key of another certificate',
      path: mixed,
      expect: /tls\.crt and the key .*tls\.key cannot be used: .*mismatch/,
    },
    { name: 'something else', path: junk, expect: /cannot be used/ },
  ]
  for (const { name, path, expect } of broken)
    it(`are refused: ${name}`, () =>
      assert.rejects(readTlsPair(filesIn(path)), (error: Error) => {
        assert.match(error.message, expect)
        return error instanceof TlsError
      }))
})

describe('TLS watcher', () => {
  async function watch(path: string) {
    const pairs: TlsPair[] = []
    const errors: string[] = []
    const watcher = new TlsWatcher({
      files: filesIn(path),
      onPair: (pair) => pairs.push(pair),
      onBroken: (error) => errors.push(error.message),
      intervalMs: 3_600_000,
    })
    await watcher.start()
    return { pairs, errors, watcher }
  }

  it('gives the new pair once, when both files are new', async () => {
    const path = pairDirectory('one')
    const { pairs, errors, watcher } = await watch(path)
    await watcher.check()
    assert.deepEqual(pairs, [])
    install(path, 'two')
    await watcher.check()
    await watcher.check()
    assert.deepEqual(pairs, [{ cert: fixture('two.cert.pem'), key: fixture('two.key.pem') }])
    assert.deepEqual(errors, [])
    watcher.stop()
  })

  it('keeps the old pair while the new one is broken, complains once, and takes it when it is whole', async () => {
    const path = pairDirectory('one')
    const { pairs, errors, watcher } = await watch(path)
    copyFileSync(fixturePath('two.cert.pem'), join(path, 'tls.crt'))
    await watcher.check()
    await watcher.check()
    assert.equal(errors.length, 1)
    assert.match(errors[0]!, /cannot be used/)
    assert.deepEqual(pairs, [])
    copyFileSync(fixturePath('two.key.pem'), join(path, 'tls.key'))
    await watcher.check()
    assert.equal(pairs.length, 1)
    rmSync(join(path, 'tls.key'))
    await watcher.check()
    assert.match(errors[1]!, /cannot read/)
    watcher.stop()
  })

  it('follows the swap of a directory link, as Kubernetes does it', async () => {
    const mount = join(directory, 'mount')
    mkdirSync(mount)
    symlinkSync(pairDirectory('one'), join(mount, '..data'))
    for (const file of ['tls.crt', 'tls.key']) symlinkSync(join('..data', file), join(mount, file))
    const { pairs, watcher } = await watch(mount)
    symlinkSync(pairDirectory('two'), join(mount, '..data_tmp'))
    renameSync(join(mount, '..data_tmp'), join(mount, '..data'))
    await watcher.check()
    assert.deepEqual(pairs[0]?.cert, fixture('two.cert.pem'))
    watcher.stop()
  })

  it('looks by itself', async () => {
    const path = pairDirectory('one')
    let notice: () => void = () => undefined
    const noticed = new Promise<void>((resolve) => (notice = resolve))
    const watcher = new TlsWatcher({
      files: filesIn(path),
      onPair: notice,
      onBroken: () => assert.fail(),
      intervalMs: 5,
    })
    await watcher.start()
    // Both files in one turn of the event loop: the watcher cannot look in between.
    install(path, 'two')
    await noticed
    watcher.stop()
  })
})

describe('TLS listener', () => {
  it('serves the renewed certificate to new connections', async () => {
    const path = pairDirectory('one')
    const { config } = loadConfig({
      flags: { xdsTlsCert: filesIn(path).cert, xdsTlsKey: filesIn(path).key },
      environment: {},
    })
    const tls = await openTls('xds', config, buildLogger('silent'))
    const server = createConnectionServer(tls.pair, (socket) => socket.end())
    const bound = await bind(server, {
      address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
      flag: '--xds',
      socketMode: 0,
    })
    tls.renew(server)
    const subject = () =>
      new Promise<string>((resolve, reject) => {
        const port = bound.kind === 'tcp' ? bound.port : 0
        const socket = connect({ port, rejectUnauthorized: false, ALPNProtocols: ['h2'] }, () => {
          resolve(String(socket.getPeerCertificate().subject.CN))
          socket.destroy()
        }).on('error', reject)
      })
    assert.equal(await subject(), 'one.test.meshkeeper')
    install(path, 'two')
    await tls.check()
    assert.equal(await subject(), 'two.test.meshkeeper')
    tls.stop()
    await new Promise((resolve) => server.close(resolve))
  })
})
