import assert from 'node:assert/strict'
import { ConfigError, loadConfig, type ConfigInput } from '../../src/server/config.js'
import { formatSettings } from '../../src/server/config-text.js'
import { formatFlag, formatVariable, OPTION_KEYS, optionOf } from '../../src/server/options.js'

type Given = Partial<Pick<ConfigInput, 'flags' | 'environment'>> & { file?: string }

function load({ flags = {}, environment = {}, file }: Given) {
  return loadConfig({
    flags: file === undefined ? flags : { config: 'mk.yaml', ...flags },
    environment,
    readFile: () => file ?? assert.fail('no file to read'),
  })
}

describe('configuration', () => {
  it('has the documented defaults', () => {
    assert.deepEqual(load({}).config, {
      api: { kind: 'tcp', host: '127.0.0.1', port: 4080 },
      xds: { kind: 'tcp', host: '127.0.0.1', port: 18000 },
      admin: { kind: 'tcp', host: '127.0.0.1', port: 4081 },
      store: { scheme: 'sqlite', path: './meshkeeper.db' },
      historyRetention: 7_776_000_000,
      account: '000000000000',
      region: 'us-east-1',
      quotas: { backend: 50 },
      socketMode: 0o660,
      streamMaxAge: 1_800_000,
      maxEnvoysPerNode: 0,
      pushQuiet: 20,
      pushWindow: 100,
      logLevel: 'info',
      shutdownGrace: 10_000,
      xdsRequireClientCert: false,
      certs: './meshkeeper-certs',
      allowUnauthenticatedSecrets: false,
      cloudMap: 'embedded',
      cloudMapInterval: 5000,
      cloudMapHealthInterval: 15_000,
      cloudMapRate: 100,
    })
  })

  describe('precedence', () => {
    const flags = { region: 'eu-west-1' }
    const environment = { MESHKEEPER_REGION: 'eu-west-2' }
    const file = 'region: eu-west-3'
    const cases: { name: string; given: Given; expect: string; source: string }[] = [
      { name: 'default', given: {}, expect: 'us-east-1', source: 'default' },
      { name: 'file > default', given: { file }, expect: 'eu-west-3', source: 'mk.yaml: region' },
      { name: 'environment > file', given: { environment, file }, expect: 'eu-west-2', source: 'MESHKEEPER_REGION' },
      { name: 'flag > environment', given: { flags, environment, file }, expect: 'eu-west-1', source: '--region' },
      {
        name: 'an empty variable is unset',
        given: { environment: { MESHKEEPER_REGION: '' }, file },
        expect: 'eu-west-3',
        source: 'mk.yaml: region',
      },
      {
        name: 'the file may be named by the environment',
        given: { environment: { MESHKEEPER_CONFIG: 'mk.yaml' }, flags: {}, file },
        expect: 'eu-west-3',
        source: 'mk.yaml: region',
      },
    ]
    for (const { name, given, expect, source } of cases)
      it(name, () => {
        const { config, settings } = load(given)
        assert.equal(config.region, expect)
        assert.deepEqual(settings.get('region'), { text: expect, source })
      })
  })

  it('takes every option in every place', () => {
    const samples: Record<string, string> = {
      api: 'unix:///run/api.sock',
      xds: '[::1]:0',
      admin: ':4081',
      dns: '127.0.0.1:5353',
      store: 'sqlite::memory:',
      historyRetention: '36h',
      account: '012345678901',
      region: 'ap-south-1',
      quotas: 'virtualNodes=10,backends=5',
      socketMode: '600',
      streamMaxAge: '60m',
      maxEnvoysPerNode: '50',
      pushQuiet: '5ms',
      pushWindow: '0.2s',
      logLevel: 'debug',
      shutdownGrace: '1.5s',
      xdsRequireClientCert: 'true',
      allowUnauthenticatedSecrets: 'true',
      cloudMap: 'aws',
      cloudMapNamespaces: 'shop.local,pets',
      cloudMapEndpoint: 'http://127.0.0.1:1234',
      cloudMapRegion: 'eu-west-1',
      cloudMapInterval: '10s',
      cloudMapHealthInterval: '1m',
      cloudMapRate: '5',
    }
    const texts = OPTION_KEYS.map((key) => [key, samples[key] ?? `${key}.pem`] as const)
    const places: Given[] = [
      { flags: Object.fromEntries(texts) },
      { environment: Object.fromEntries(texts.map(([key, text]) => [formatVariable(key), text])) },
      {
        file: texts.map(([key, text]) => `${key}: ${JSON.stringify(text)}`).join('\n'),
      },
    ]
    const [first, ...others] = places.map((place) => load(place).config)
    assert.deepEqual(Object.keys(first!).sort(), [...OPTION_KEYS].sort())
    for (const other of others) assert.deepEqual(other, first)
    assert.equal(first!.account, '012345678901')
    assert.equal(first!.shutdownGrace, 1500)
    assert.equal(first!.xdsTlsCert, 'xdsTlsCert.pem')
  })

  it('names flags and variables by one rule', () => {
    assert.equal(formatFlag('xdsTlsCert'), '--xds-tls-cert')
    assert.equal(formatVariable('xdsTlsCert'), 'MESHKEEPER_XDS_TLS_CERT')
  })

  describe('refuses, and says where', () => {
    const cases: { name: string; given: Given; expect: RegExp[] }[] = [
      {
        name: 'an unknown variable',
        given: { environment: { MESHKEEPER_REGOIN: 'x' } },
        expect: [/^unknown environment variable MESHKEEPER_REGOIN \(did you mean MESHKEEPER_REGION\?\)$/],
      },
      {
        name: 'a variable like no other',
        given: { environment: { MESHKEEPER_FOO: 'x' } },
        expect: [/^unknown environment variable MESHKEEPER_FOO$/],
      },
      {
        name: 'a misspelt name of the file',
        given: { environment: { MESHKEEPER_CONFG: 'x' } },
        expect: [/^unknown environment variable MESHKEEPER_CONFG \(did you mean MESHKEEPER_CONFIG\?\)$/],
      },
      {
        name: 'an unknown key',
        given: { file: 'xds-tls-cert: a' },
        expect: [/^mk.yaml: unknown key xds-tls-cert \(did you mean xdsTlsCert\?\)$/],
      },
      { name: 'a key like no other', given: { file: 'frobnicate: a' }, expect: [/^mk.yaml: unknown key frobnicate$/] },
      {
        name: 'every problem at once, each with its source',
        given: { flags: { api: '80' }, environment: { MESHKEEPER_ACCOUNT: '1' }, file: 'logLevel: loud\nlogLvl: info' },
        expect: [
          /^mk.yaml: unknown key logLvl \(did you mean logLevel\?\)$/,
          /^--api: "80" is no listen address/,
          /^MESHKEEPER_ACCOUNT: "1" is no AWS account id/,
          /^mk.yaml: logLevel: "loud" is no log level: use trace, debug/,
        ],
      },
      { name: 'a list as value', given: { file: 'api: [a, b]' }, expect: [/^mk.yaml: api needs one value/] },
      { name: 'a key without value', given: { file: 'api:' }, expect: [/^mk.yaml: api needs one value/] },
      {
        name: 'a file that is no map',
        given: { file: '- api' },
        expect: [/^mk.yaml: a configuration file holds keys/],
      },
      {
        name: 'a key given twice',
        given: { file: 'region: a\nregion: b' },
        expect: [/^mk.yaml: Map keys must be unique/],
      },
      {
        name: 'a certificate without its key',
        given: { environment: { MESHKEEPER_XDS_TLS_CERT: 'a.pem' } },
        expect: [/^MESHKEEPER_XDS_TLS_CERT: --xds-tls-key is needed beside --xds-tls-cert$/],
      },
      {
        name: 'a key without its certificate',
        given: { flags: { apiTlsKey: 'a.pem' } },
        expect: [/^--api-tls-key: --api-tls-cert is needed beside --api-tls-key$/],
      },
      {
        name: 'a store of an unknown kind',
        given: { flags: { store: 'mysql://u:secret@h/d' } },
        expect: [/^--store: an address with "@" is not a store: use sqlite:/],
      },
      { name: 'a region', given: { flags: { region: 'US East' } }, expect: [/^--region: "US East" is no AWS region/] },
      {
        name: 'a duration that no timer can be set to',
        given: { flags: { streamMaxAge: '30d' } },
        expect: [/^--stream-max-age: "30d" is too long: use at most 20d/],
      },
      {
        name: 'a duration',
        given: { flags: { shutdownGrace: '10' } },
        expect: [/^--shutdown-grace: "10" is no duration/],
      },
      {
        name: 'a file mode',
        given: { flags: { socketMode: '888' } },
        expect: [/^--socket-mode: "888" is no file mode/],
      },
    ]
    for (const { name, given, expect } of cases)
      it(name, () => {
        assert.throws(
          () => load(given),
          (error: Error) => {
            assert.ok(error instanceof ConfigError)
            const lines = error.message.split('\n')
            assert.equal(lines.length, expect.length, error.message)
            for (const pattern of expect)
              assert.ok(
                lines.some((line) => pattern.test(line)),
                `${String(pattern)} in ${error.message}`,
              )
            return true
          },
        )
      })

    it('a file that cannot be read', () => {
      const given = { flags: { config: '/none/mk.yaml' }, environment: {} }
      assert.throws(() => loadConfig(given), /cannot read the configuration file \/none\/mk\.yaml: ENOENT/)
    })
  })

  it('takes an empty file, and one of comments', () => {
    for (const file of ['', '# nothing\n']) assert.equal(load({ file }).config.region, 'us-east-1')
  })

  it('overlooks what Kubernetes and Docker put beside a service of our name', () => {
    const environment = {
      MESHKEEPER_ENDPOINT: 'http://127.0.0.1:4080',
      MESHKEEPER_SERVICE_HOST: '10.0.0.1',
      MESHKEEPER_SERVICE_PORT: '18000',
      MESHKEEPER_SERVICE_PORT_XDS: '18000',
      MESHKEEPER_PORT: 'tcp://10.0.0.1:18000',
      MESHKEEPER_PORT_18000_TCP: 'tcp://10.0.0.1:18000',
      MESHKEEPER_PORT_18000_TCP_PROTO: 'tcp',
      MESHKEEPER_XDS_PORT_18000_TCP_ADDR: '10.0.0.1',
      MESHKEEPER_XDS_PORT: 'tcp://10.0.0.1:18000',
      OTHER: 'x',
    }
    assert.deepEqual(load({ environment }).config, load({}).config)
  })

  it('completes the address of the store from the variables of PostgreSQL', () => {
    const environment = { PGHOST: 'db', PGPASSWORD: 'secret', PGUSER: 'keeper' }
    const { store } = load({ flags: { store: 'postgres:///mesh' }, environment }).config
    assert.deepEqual(store.scheme === 'postgres' && [store.host, store.user, store.password, store.database], [
      'db',
      'keeper',
      'secret',
      'mesh',
    ])
  })

  it('is printed as a file that reads back the same, with sources and without passwords', () => {
    const given = {
      flags: { xds: ':18000', account: '012345678901' },
      environment: { MESHKEEPER_SHUTDOWN_GRACE: '2s' },
    }
    const loaded = load(given)
    const text = formatSettings(loaded)
    assert.match(text, /^xds: ":18000" {2}# --xds$/m)
    assert.match(text, /^shutdownGrace: 2s {2}# MESHKEEPER_SHUTDOWN_GRACE$/m)
    assert.match(text, /^# apiTlsCert: not set$/m)
    assert.deepEqual(load({ file: text }).config, loaded.config)
    for (const [text, shown] of [
      ['postgres://user:secret@db/x', 'postgres://user:…@db/x'],
      ['postgres://user:sec@ret@db/x', 'postgres://user:…@db/x'],
      ['postgres:///x?user=u&password=secret&sslmode=disable', 'postgres:///x?user=u&password=…&sslmode=disable'],
    ] as const) {
      const store = { text, source: '--store' }
      const printed = formatSettings({ ...loaded, settings: new Map([['store', store]]) })
      assert.ok(printed.includes(`store: "${shown}"`), printed)
    }
  })

  it('has defaults that are valid', () => {
    for (const key of OPTION_KEYS) {
      const { default: text, parse } = optionOf(key)
      if (text !== undefined) assert.doesNotThrow(() => parse(text))
    }
  })
})
