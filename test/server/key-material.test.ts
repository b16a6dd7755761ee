/** Who gets private keys from a whole server, and who does not; and that nobody else sees them. */
import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, credentials, type ChannelCredentials } from '@grpc/grpc-js'
import type { Issued } from '../../src/certs/authority.js'
import { saveMaterial } from '../../src/certs/import.js'
import { plainService } from '../../src/codec/services.js'
import { compose, type Running } from '../../src/server/compose.js'
import { loadConfig } from '../../src/server/config.js'
import { buildLogger } from '../../src/server/logger.js'
import type { ListenAddress } from '../../src/server/address.js'
import { SECRET_TYPE } from '../../src/xds/types.js'
import {
  AUTHORITY_ARN,
  authorityMaterial,
  CERTIFICATE_ARN,
  certificateMaterial,
  makeAuthority,
  makeLeaf,
  OTHER_ARN,
} from '../certs/material.js'
import { SecretClient } from './secret-client.js'
import { missing } from '../envoy/install.js'

const directory = mkdtempSync(join(tmpdir(), 'meshkeeper-keys-'))
after(() => rmSync(directory, { recursive: true }))

/** An address of this machine that is not loopback, as another machine's would look. */
const OUTSIDE = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

const NODE = 'mesh/m/virtualNode/server'
const certs = join(directory, 'certs')
const file = (name: string): string => join(directory, name)

let mesh: Issued
let clients: Issued
const keys = new Set<string>()

before(async function () {
  if (OUTSIDE === undefined) missing(this, 'an address', 'this machine has none but loopback')
  mesh = await makeAuthority('mesh CA')
  clients = await makeAuthority('client CA')
  const server = await makeLeaf(clients, OUTSIDE, '127.0.0.1')
  writeFileSync(file('server.pem'), server.chain)
  writeFileSync(file('server.key'), server.key)
  writeFileSync(file('clients.pem'), String(clients.certificate))
  await saveMaterial(certs, authorityMaterial(AUTHORITY_ARN, mesh))
})

/** A new certificate under an ARN. Returns its chain. */
async function rotate(arn: string): Promise<string> {
  const leaf = await makeLeaf(mesh, 'server.local')
  keys.add(leaf.key)
  await saveMaterial(certs, certificateMaterial(arn, leaf))
  return leaf.chain
}

const running: Running[] = []
const open: SecretClient[] = []
afterEach(async () => {
  for (const client of open.splice(0)) client.close()
  await Promise.all(running.splice(0).map((server) => server.close()))
})

async function start(flags: Record<string, string>) {
  const logged: string[] = []
  const given = { api: '127.0.0.1:0', xds: ':0', admin: '127.0.0.1:0', store: 'sqlite::memory:', certs, ...flags }
  const lines = new EventEmitter()
  const { config } = loadConfig({ flags: { shutdownGrace: '2s', pushQuiet: '0s', ...given }, environment: {} })
  const server = await compose(
    config,
    buildLogger('trace', { write: (line: string) => void (logged.push(line), lines.emit('line')) }),
  )
  running.push(server)
  await writeMesh(`http://127.0.0.1:${portOf(server.addresses.api)}/v20190125/meshes`)
  return { ...server, logged, lines }
}

async function writeMesh(meshes: string): Promise<void> {
  const put = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${meshes}${path}`, { method: 'PUT', body: JSON.stringify(body) })
    assert.equal(response.status, 200, await response.text())
  }
  const tlsNode = (virtualNodeName: string, certificateArn: string) => ({
    virtualNodeName,
    spec: {
      listeners: [
        {
          portMapping: { port: 80, protocol: 'http' },
          tls: { mode: 'STRICT', certificate: { acm: { certificateArn } } },
        },
      ],
      serviceDiscovery: { dns: { hostname: `${virtualNodeName}.local` } },
      backends: [
        {
          virtualService: {
            virtualServiceName: 'server.local',
            clientPolicy: { tls: { validation: { trust: { acm: { certificateAuthorityArns: [AUTHORITY_ARN] } } } } },
          },
        },
      ],
    },
  })
  await put('', { meshName: 'm' })
  await put('/m/virtualNodes', tlsNode('server', CERTIFICATE_ARN))
  await put('/m/virtualNodes', tlsNode('other', OTHER_ARN))
  await put('/m/virtualNodes', { virtualNodeName: 'plain', spec: {} })
  const provider = { virtualNode: { virtualNodeName: 'server' } }
  await put('/m/virtualServices', { virtualServiceName: 'server.local', spec: { provider } })
}

const portOf = (address: ListenAddress): number => (address.kind === 'tcp' ? address.port : assert.fail())

function connect(target: string, creds: ChannelCredentials, node = NODE, delta = false): SecretClient {
  const client = new SecretClient(target, creds, node, delta)
  open.push(client)
  return client
}

const PLAIN = credentials.createInsecure()
const TLS = { xdsTlsCert: file('server.pem'), xdsTlsKey: file('server.key'), xdsClientCa: file('clients.pem') }

/** TLS with a client certificate for `names`, or without one. */
async function secure(authority?: Issued, ...names: string[]): Promise<ChannelCredentials> {
  const ca = Buffer.from(String(clients.certificate))
  if (!authority) return credentials.createSsl(ca)
  const { leaf, key } = await makeLeaf(authority, ...names)
  return credentials.createSsl(ca, Buffer.from(key), Buffer.from(leaf))
}

const NAME = 'spiffe://meshkeeper/mesh/m/virtualNode/server'

interface Case {
  readonly name: string
  readonly flags?: Record<string, string>
  readonly at?: () => string
  readonly creds?: () => Promise<ChannelCredentials>
  readonly node?: string
  /** Why there is no key, as the proxy's status says; undefined when there is one. */
  readonly refused?: RegExp
}

const CASES: readonly Case[] = [
  { name: 'over loopback', at: () => '127.0.0.1' },
  { name: 'over plain text from elsewhere', refused: /from another machine without a client certificate/ },
  { name: 'over plain text from elsewhere, if allowed', flags: { allowUnauthenticatedSecrets: 'true' } },
  {
    name: 'over TLS without a client certificate',
    flags: TLS,
    creds: () => secure(),
    refused: /without a client cert/,
  },
  { name: 'over TLS with its certificate', flags: TLS, creds: () => secure(clients, NAME) },
  {
    name: 'over TLS with a DNS name',
    flags: TLS,
    creds: () => secure(clients, 'server.local'),
    refused: /names "server/,
  },
  {
    name: 'over TLS with the certificate of another node',
    flags: TLS,
    creds: () => secure(clients, 'spiffe://meshkeeper/mesh/m/virtualNode/other'),
    refused: /its client certificate names "spiffe:.*other", not mesh\/m\/virtualNode\/server/,
  },
  {
    name: 'over TLS with a certificate of another authority',
    flags: TLS,
    creds: () => secure(mesh, NAME),
    refused: /was not accepted \(UNABLE_TO_/,
  },
  {
    name: 'over TLS with a client certificate, but no authority to check it',
    flags: { xdsTlsCert: TLS.xdsTlsCert, xdsTlsKey: TLS.xdsTlsKey },
    creds: () => secure(clients, NAME),
    refused: /without a client certificate/,
  },
  { name: 'over loopback with TLS and no certificate', flags: TLS, at: () => '127.0.0.1', creds: () => secure() },
]

describe('private keys', () => {
  before(() => Promise.all([rotate(CERTIFICATE_ARN), rotate(OTHER_ARN)]))

  for (const { name, flags = {}, at = () => OUTSIDE ?? '', creds, refused } of CASES)
    for (const delta of [false, true])
      it(`${refused ? 'stay here' : 'are sent'} ${name} (${delta ? 'delta' : 'state of the world'})`, async () => {
        const { addresses } = await start(flags)
        const target = `${at()}:${portOf(addresses.xds)}`
        const client = connect(target, creds ? await creds() : PLAIN, NODE, delta)
        await client.ask([CERTIFICATE_ARN, AUTHORITY_ARN, OTHER_ARN])
        const found = client.secrets.get(CERTIFICATE_ARN)?.tls_certificate?.private_key.inline_bytes
        assert.equal(found === undefined, refused !== undefined)
        if (found !== undefined) assert.ok(keys.has(Buffer.from(found, 'base64').toString()))
        const trusted = client.secrets.get(AUTHORITY_ARN)?.validation_context?.trusted_ca.inline_bytes ?? ''
        assert.equal(Buffer.from(trusted, 'base64').toString(), String(mesh.certificate))
        assert.equal(client.secrets.has(OTHER_ARN), false, 'that is not its certificate')
        const { proxies } = (await (await fetch(`http://127.0.0.1:${portOf(addresses.admin)}/proxies`)).json()) as {
          proxies: { problems: { message: string }[] }[]
        }
        const problems = proxies.flatMap((each) => each.problems.map(({ message }) => message)).join('\n')
        if (refused) assert.match(problems, refused)
        else assert.equal(problems, '')
      })

  it('are sent over a Unix socket', async () => {
    const { addresses } = await start({ xds: `unix://${file('xds.sock')}` })
    assert.equal(addresses.xds.kind, 'unix')
    const client = connect(`unix:${file('xds.sock')}`, PLAIN)
    await client.ask([CERTIFICATE_ARN])
    assert.ok(client.secrets.has(CERTIFICATE_ARN))
  })

  for (const delta of [false, true])
    it(`are not sent to a node that does not use them (${delta ? 'delta' : 'state of the world'})`, async () => {
      const { addresses } = await start({})
      const client = connect(`127.0.0.1:${portOf(addresses.xds)}`, PLAIN, 'mesh/m/virtualNode/plain', delta)
      await client.ask([CERTIFICATE_ARN, AUTHORITY_ARN])
      assert.deepEqual([...client.secrets], [])
    })

  it('do not matter to an Envoy that is turned away without a certificate', async () => {
    const { addresses } = await start({ ...TLS, xdsRequireClientCert: 'true' })
    const target = `127.0.0.1:${portOf(addresses.xds)}`
    await assert.rejects(connect(target, await secure()).ask([CERTIFICATE_ARN]))
    await assert.rejects(connect(target, await secure(mesh, NAME)).ask([CERTIFICATE_ARN]))
    const client = connect(target, await secure(clients, NAME))
    await client.ask([CERTIFICATE_ARN])
    assert.ok(client.secrets.has(CERTIFICATE_ARN))
  })

  it('are renewed for the Envoys that use them, and only for those', async () => {
    const { addresses } = await start({})
    const target = `127.0.0.1:${portOf(addresses.xds)}`
    const users = [connect(target, PLAIN), connect(target, PLAIN, NODE, true)]
    const others = [
      connect(target, PLAIN, 'mesh/m/virtualNode/other'),
      connect(target, PLAIN, 'mesh/m/virtualNode/other', true),
    ]
    await Promise.all([...users, ...others].map((each) => each.ask([CERTIFICATE_ARN, OTHER_ARN])))
    const before = others.map(({ responses }) => responses.length)
    const chain = await rotate(CERTIFICATE_ARN)
    const chainOf = ({ secrets }: SecretClient): string =>
      Buffer.from(
        secrets.get(CERTIFICATE_ARN)?.tls_certificate?.certificate_chain.inline_bytes ?? '',
        'base64',
      ).toString()
    await Promise.all(users.map((each) => each.until(() => chainOf(each) === chain)))
    for (const { responses } of users)
      assert.deepEqual(
        responses.filter((typeUrl) => typeUrl === SECRET_TYPE),
        [SECRET_TYPE, SECRET_TYPE],
        'nothing but the secret was sent again, once',
      )
    assert.deepEqual(
      others.map(({ responses }) => responses.length),
      before,
    )
  })

  it('are shown nowhere', async () => {
    const { addresses, logged, lines } = await start({})
    const client = connect(`127.0.0.1:${portOf(addresses.xds)}`, PLAIN)
    await client.ask([CERTIFICATE_ARN])
    writeFileSync(join(certs, 'arn_aws_acm_us-east-1_123456789012_certificate_broken.pem'), [...keys].join(''))
    const admin = `http://127.0.0.1:${portOf(addresses.admin)}`
    const name = encodeURIComponent(NODE)
    const pages = ['/proxies', `/proxies/${name}`, `/proxies/${name}/config`, '/metrics', '/readyz', '/version']
    const texts = await Promise.all(pages.map(async (path) => (await fetch(admin + path)).text()))
    assert.match(texts[2] ?? '', /\[redacted\]/)
    while (!/certificate_broken\.pem.*key material cannot be used/.test(logged.join(''))) await once(lines, 'line')
    const status = await fetchStatus(`127.0.0.1:${portOf(addresses.xds)}`)
    assert.ok(status.includes(CERTIFICATE_ARN))
    for (const text of [...texts, ...logged, status.toString('latin1')])
      for (const key of keys)
        for (const line of key.split('\n').slice(1, -2)) {
          assert.equal(text.includes(line), false)
          // JSON of Envoy has bytes in base64; these are all the ways in which a line can be cut.
          for (let cut = 0; cut < 3; cut++) {
            const inner = Buffer.from(line.slice(cut)).toString('base64').slice(0, -4)
            assert.equal(text.includes(inner), false)
          }
        }
  })
})

/** The bytes of a ClientStatusResponse. */
async function fetchStatus(target: string): Promise<Buffer> {
  const { path, requestSerialize } = plainService('envoy.service.status.v3.ClientStatusDiscoveryService')[
    'FetchClientStatus'
  ]!
  const client = new Client(target, PLAIN)
  try {
    return await new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        requestSerialize,
        (bytes) => bytes,
        {},
        (error, response) => (error || !response ? reject(error ?? new Error('no response')) : resolve(response)),
      )
    })
  } finally {
    client.close()
  }
}
