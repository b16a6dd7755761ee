import assert from 'node:assert/strict'
import { Resolver } from 'node:dns/promises'
import { parseDnsAddress } from '../../src/server/address.js'
import { compose, type Running } from '../../src/server/compose.js'
import { loadConfig } from '../../src/server/config.js'
import { buildLogger } from '../../src/server/logger.js'
import { eventually } from '../envoy/eventually.js'
import { captureLog } from './capture-log.js'

describe('--dns', () => {
  let running: Running | undefined
  afterEach(() => running?.close())

  const start = async (flags: Readonly<Record<string, string>>): Promise<Running> => {
    const free = { api: '127.0.0.1:0', xds: '127.0.0.1:0', admin: '127.0.0.1:0', store: 'sqlite::memory:' }
    const { config } = loadConfig({ flags: { ...free, ...flags }, environment: {} })
    return (running = await compose(config, buildLogger('info', captureLog().stream)))
  }
  const base = (address: Running['addresses']['api'] | undefined): string =>
    address?.kind === 'tcp' ? `127.0.0.1:${address.port}` : assert.fail('no address')

  it('is off unless asked for', async () => assert.equal((await start({})).addresses.dns, undefined))

  it('answers what the API registers as soon as it is registered, and counts', async () => {
    const { addresses } = await start({ dns: '127.0.0.1:0' })
    const call = async (operation: string, input: object): Promise<Record<string, Record<string, string>>> => {
      const headers = { 'x-amz-target': `Route53AutoNaming_v20170314.${operation}` }
      const response = await fetch(`http://${base(addresses.api)}`, { method: 'POST', headers, body: JSON.stringify(input) }) // prettier-ignore
      return (await response.json()) as Record<string, Record<string, string>>
    }
    const { OperationId } = await call('CreatePrivateDnsNamespace', { Name: 'shop.local', Vpc: 'v' })
    const { Operation } = await call('GetOperation', { OperationId })
    const NamespaceId = (Operation?.['Targets'] as unknown as Record<string, string>)['NAMESPACE']
    const DnsConfig = { DnsRecords: [{ Type: 'A', TTL: 1 }] }
    const { Service } = await call('CreateService', { Name: 'cart', NamespaceId, DnsConfig })
    const Attributes = { AWS_INSTANCE_IPV4: '10.0.0.1' }
    await call('RegisterInstance', { ServiceId: Service?.['Id'], InstanceId: 'i', Attributes })
    const resolver = new Resolver({ timeout: 2000, tries: 1 })
    resolver.setServers([base(addresses.dns)])
    await eventually({ what: 'an answer' }, () => resolver.resolve4('cart.shop.local').then(Boolean, () => false))
    assert.deepEqual(await resolver.resolve4('cart.shop.local'), ['10.0.0.1'])
    const metrics = await (await fetch(`http://${base(addresses.admin)}/metrics`)).text()
    assert.match(metrics, /meshkeeper_dns_answers_total\{transport="udp",code="NOERROR"\} [1-9]/)
  })

  it('says in one line why it cannot listen', async () => {
    const { addresses } = await start({ dns: '127.0.0.1:0' })
    const first = running
    const taken = start({ dns: base(addresses.dns) })
    await assert.rejects(taken, { name: 'ListenError', message: /cannot listen on --dns .*another program/ })
    running = first
  })

  it('has no Unix sockets', () => assert.throws(() => parseDnsAddress('unix:///x.sock'), /no Unix sockets/))
})
