/**
 * Certificates that meshkeeper serves by ARN, with real Envoys on other machines: over TLS with client certificates, in both variants of the
 * protocol. Rotation under load, and Envoys that may not have keys.
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { Issued } from '../../src/certs/authority.js'
import { saveMaterial } from '../../src/certs/import.js'
import {
  AUTHORITY_ARN,
  authorityMaterial,
  CERTIFICATE_ARN,
  certificateMaterial,
  makeAuthority,
  makeLeaf,
  OTHER_ARN,
} from '../certs/material.js'
import { eventually } from './eventually.js'
import { callFromOutside } from './https.js'
import { backends, dns, listener } from './mesh-writer.js'
import type { Network } from './network.js'
import { useWorld } from './world.js'

const PORT = 8080
const VARIANTS = ['sotw', 'delta'] as const
type Variant = (typeof VARIANTS)[number]
const ARN: Record<Variant, string> = { sotw: CERTIFICATE_ARN, delta: OTHER_ARN }
const server = (variant: Variant): string => `server-${variant}`
const front = (variant: Variant): string => `front-${variant}`

describe('key material by ARN', function () {
  let mesh: Issued
  let clients: Issued

  /** The listener of xDS has TLS, and knows Envoys by their certificates. */
  async function prepare({ hostAddress, directory }: Network): Promise<string[]> {
    mesh = await makeAuthority('mesh CA')
    clients = await makeAuthority('client CA')
    const { chain, key } = await makeLeaf(clients, hostAddress)
    const [cert, keyFile, ca] = ['xds.pem', 'xds.key', 'clients.pem'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ]
    await writeFile(cert, chain)
    await writeFile(keyFile, key)
    await writeFile(ca, String(clients.certificate))
    return ['--xds-tls-cert', cert, '--xds-tls-key', keyFile, '--xds-client-ca', ca]
  }

  /** The variables of an Envoy that shows a client certificate for `node`. */
  async function environment(node: string, variant: Variant): Promise<Record<string, string>> {
    const { chain, key } = await makeLeaf(clients, `spiffe://meshkeeper/mesh/shop/virtualNode/${node}`)
    const file = (name: string): string => join(world.network.directory, `${node}-client.${name}`)
    await writeFile(file('pem'), chain)
    await writeFile(file('key'), key)
    return {
      ENVOY_XDS_CA_FILE: join(world.network.directory, 'clients.pem'),
      ENVOY_XDS_CLIENT_CERT_FILE: file('pem'),
      ENVOY_XDS_CLIENT_KEY_FILE: file('key'),
      ENVOY_XDS_PROTOCOL: variant,
    }
  }

  /** A new certificate for a server. Returns it. */
  async function rotate(variant: Variant): Promise<string> {
    const leaf = await makeLeaf(mesh, `${server(variant)}.pod`)
    await saveMaterial(world.keeper.certs, certificateMaterial(ARN[variant], leaf))
    return leaf.leaf
  }

  const world = useWorld(
    this,
    async (world) => {
      await saveMaterial(world.keeper.certs, authorityMaterial(AUTHORITY_ARN, mesh))
      await world.mesh.mesh()
      for (const variant of VARIANTS) {
        await rotate(variant)
        const name = server(variant)
        world.nameServices(`${name}.local`)
        await world.mesh.node(name, { listeners: [tls(ARN[variant])], serviceDiscovery: dns(`${name}.pod`) })
        await world.mesh.service(`${name}.local`, { virtualNode: { virtualNodeName: name } })
        const validation = { trust: { acm: { certificateAuthorityArns: [AUTHORITY_ARN] } } }
        await world.mesh.node(front(variant), {
          backends: backends(`${name}.local`),
          backendDefaults: { clientPolicy: { tls: { validation } } },
        })
        await world.startPods({
          [front(variant)]: { environment: await environment(front(variant), variant) },
          [name]: { servers: [{ protocol: 'http', port: PORT }], environment: await environment(name, variant) },
        })
      }
    },
    prepare,
  )

  const tls = (certificateArn: string) =>
    listener('http', PORT, { tls: { mode: 'STRICT', certificate: { acm: { certificateArn } } } })
  const ask = (variant: Variant) => world.pod(front(variant)).agent.http(`http://${server(variant)}.local:${PORT}/`)
  const problemsOf = async (name: string) =>
    (await world.keeper.proxy(name)).problems.map(({ message }) => message).join('\n')

  for (const variant of VARIANTS) {
    describe(variant, () => {
      it('gives a server its certificate, and its callers the authority', async () => {
        await eventually({ what: 'an answer' }, async () => (await ask(variant)).status === 200)
        const { address } = world.pod(server(variant))
        const ca = String(mesh.certificate)
        const servername = `${server(variant)}.pod`
        assert.equal(await callFromOutside({ address, port: PORT, tls: { ca, servername } }), server(variant))
        assert.equal(await problemsOf(server(variant)), '')
      })

      it('rotates under load without a failed request, and new connections see the new certificate', async () => {
        const call = { kind: 'http', url: `http://${server(variant)}.local:${PORT}/` } as const
        const load = await world.pod(front(variant)).agent.startLoad({ call, concurrency: 4 })
        for (let i = 0; i < 3; i++) {
          const leaf = await rotate(variant)
          await eventually({ what: 'the new certificate' }, async () => (await presented(variant)) === leaf)
          await load.more(50)
        }
        const { failed, failures, total } = await load.stop()
        assert.deepEqual({ failed, failures }, { failed: 0, failures: {} }, `of ${total}`)
      })

      it('keeps serving when a file is broken, and when it is gone', async () => {
        const before = await presented(variant)
        const name = ARN[variant].replaceAll(/[:/]/g, '_')
        await writeFile(join(world.keeper.certs, `${name}.pem`), '-----BEGIN CERTIFICATE-----\nhalf of it')
        await eventually({ what: 'a word in the log' }, async () =>
          /ends in the middle of a PEM block/.test(await world.keeper.log()),
        )
        assert.equal(await presented(variant), before)
        await world.keeper.command(['certs', 'remove', '--arn', ARN[variant], '--certs', world.keeper.certs])
        await eventually({ what: 'a problem' }, async () =>
          /nothing has been imported/.test(await problemsOf(server(variant))),
        )
        assert.equal((await ask(variant)).status, 200)
        assert.equal(await presented(variant), before)
        const leaf = await rotate(variant)
        await eventually({ what: 'the new certificate' }, async () => (await presented(variant)) === leaf)
        assert.equal(await problemsOf(server(variant)), '')
      })
    })
  }

  describe('an Envoy', () => {
    it('changes a listener only when its certificate is there', async () => {
      const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/late'
      await world.mesh.node('late', { listeners: [listener('http', PORT)], serviceDiscovery: dns('late.pod') })
      await world.startPods({
        late: { servers: [{ protocol: 'http', port: PORT }], environment: await environment('late', 'sotw') },
      })
      const { address } = world.pod('late')
      const plain = () => callFromOutside({ address, port: PORT })
      await eventually({ what: 'an answer in plain text' }, async () => (await plain()) === 'late')
      await world.mesh.node('late', { listeners: [tls(arn)], serviceDiscovery: dns('late.pod') })
      await eventually({ what: 'a problem' }, async () => /stays as it was/.test(await problemsOf('late')))
      assert.equal(await plain(), 'late')
      const leaf = await makeLeaf(mesh, 'late.pod')
      await saveMaterial(world.keeper.certs, certificateMaterial(arn, leaf))
      const ca = String(mesh.certificate)
      const secure = () => callFromOutside({ address, port: PORT, tls: { ca, servername: 'late.pod' } })
      await eventually({ what: 'an answer over TLS' }, async () => (await secure()) === 'late')
      assert.notEqual(await plain(), 'late')
    })

    it('keeps keys from an Envoy with the certificate of another node, and tells why', async () => {
      await world.startPods({
        thief: {
          virtualNode: server('sotw'),
          servers: [{ protocol: 'http', port: PORT }],
          environment: await environment('thief', 'sotw'),
        },
      })
      const { proxies } = await world.keeper.proxies()
      const { address } = world.pod('thief')
      const thief = proxies.find(({ peer }) => peer.startsWith(`${address}:`))
      assert.match(
        thief?.problems[0]?.message ?? '',
        /is not sent to this Envoy: its client certificate names "spiffe:.*thief"/,
      )
      assert.match(await callFromOutside({ address, port: PORT, tls: {} }), /^error/)
      const { body } = await world.pod('thief').envoy.admin('/config_dump?include_eds')
      assert.ok(body.includes('lds_ingress_0.0.0.0_15000'), 'everything else is there')
      assert.equal(body.includes('inline_bytes'), false)
    })
  })

  /** What a new connection is shown. */
  function presented(variant: Variant): Promise<string> {
    return new Promise((resolve, reject) => {
      const { address: host } = world.pod(server(variant))
      const socket = connect({ host, port: PORT, rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerX509Certificate()))
        socket.destroy()
      })
      socket.on('error', reject)
    })
  }
})
