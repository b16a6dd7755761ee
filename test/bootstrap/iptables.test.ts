/** The script of the sidecar sample: what it would do, and, where network namespaces can be had, what it does. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { missing } from '../envoy/install.js'

const run = promisify(execFile)
const DIRECTORY = join(import.meta.dirname, '../../envoy-bootstrap/sidecar')
const SCRIPT = join(DIRECTORY, 'iptables.sh')
const PATH = process.env['PATH'] ?? ''

type Env = Readonly<Record<string, string>>
const ENVOY: Env = { APPMESH_IGNORE_UID: '1337' }

async function print(env: Env): Promise<string[]> {
  const { stdout } = await run('sh', [SCRIPT, 'print'], { env: { PATH, ...env } })
  return stdout.trimEnd().split('\n')
}

const OUTPUT = '-A OUTPUT -p tcp -m addrtype ! --dst-type LOCAL -j APPMESH_EGRESS'
const PREROUTING = '-A PREROUTING -p tcp -m addrtype ! --src-type LOCAL -j APPMESH_INGRESS'
const UID = '-A APPMESH_EGRESS -m owner --uid-owner 1337 -j RETURN'
const SSH = '-A APPMESH_EGRESS -p tcp -m multiport --dports 22 -j RETURN'
const OUT = '-A APPMESH_EGRESS -p tcp -j REDIRECT --to-ports 15001'
const ports = (list: string) => `-A APPMESH_EGRESS -p tcp -m multiport --dports ${list} -j RETURN`
const app = (list: string, to = 15000) =>
  `-A APPMESH_INGRESS -p tcp -m multiport --dports ${list} -j REDIRECT --to-ports ${to}`

describe('iptables.sh', () => {
  for (const script of ['iptables.sh', 'run.sh'])
    it(`${script} is a POSIX shell script`, async () => {
      await run('sh', ['-n', join(DIRECTORY, script)])
    })

  const cases: { name: string; given: Env; expect: string[] }[] = [
    { name: 'a user alone: no inbound redirection', given: ENVOY, expect: [UID, SSH, OUT] },
    {
      name: 'a group alone',
      given: { APPMESH_IGNORE_GID: '1338' },
      expect: ['-A APPMESH_EGRESS -m owner --gid-owner 1338 -j RETURN', SSH, OUT],
    },
    {
      name: 'every variable, in the order of App Mesh',
      given: {
        ...ENVOY,
        APPMESH_START_ENABLED: '1',
        APPMESH_IGNORE_GID: '1338',
        APPMESH_ENVOY_INGRESS_PORT: '16000',
        APPMESH_ENVOY_EGRESS_PORT: '16001',
        APPMESH_APP_PORTS: '8080,9000:9010,9443',
        APPMESH_EGRESS_IGNORED_IP: '169.254.169.254,10.0.0.0/8',
        APPMESH_EGRESS_IGNORED_PORTS: '5432,6379',
      },
      expect: [
        UID,
        '-A APPMESH_EGRESS -m owner --gid-owner 1338 -j RETURN',
        ports('5432,6379,22'),
        '-A APPMESH_EGRESS -p tcp -d 169.254.169.254 -j RETURN',
        '-A APPMESH_EGRESS -p tcp -d 10.0.0.0/8 -j RETURN',
        '-A APPMESH_EGRESS -p tcp -j REDIRECT --to-ports 16001',
        app('8080,9000:9010,9443', 16000),
      ],
    },
    {
      name: 'spaces in the lists, and a range with a dash',
      given: { ...ENVOY, APPMESH_APP_PORTS: '8080, 9000-9010' },
      expect: [UID, SSH, OUT, app('8080,9000:9010')],
    },
    {
      name: 'more ports than one rule takes; a range counts as two',
      given: {
        ...ENVOY,
        APPMESH_EGRESS_IGNORED_PORTS: '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15',
        APPMESH_APP_PORTS: '1,2,3,4,5,6,7,8,9,10,11,12,13,14,20:30',
      },
      expect: [
        UID,
        ports('1,2,3,4,5,6,7,8,9,10,11,12,13,14,15'),
        SSH,
        OUT,
        app('1,2,3,4,5,6,7,8,9,10,11,12,13,14'),
        app('20:30'),
      ],
    },
  ]
  for (const { name, given, expect } of cases)
    it(name, async () => {
      assert.deepEqual(await print(given), [
        ...['# iptables', '*nat', ':APPMESH_EGRESS - [0:0]', ':APPMESH_INGRESS - [0:0]'],
        ...[...expect, OUTPUT, PREROUTING, 'COMMIT'],
      ])
    })

  it('mirrors the rules in ip6tables, each family with its own addresses', async () => {
    const given = { ...ENVOY, APPMESH_ENABLE_IPV6: '1', APPMESH_EGRESS_IGNORED_IP: '169.254.169.254,fd00:ec2::254' }
    const lines = await print(given)
    const second = lines.indexOf('# ip6tables')
    const ignored = (from: number, to: number) => lines.slice(from, to).filter((line) => line.includes(' -d '))
    assert.deepEqual(ignored(0, second), ['-A APPMESH_EGRESS -p tcp -d 169.254.169.254 -j RETURN'])
    assert.deepEqual(ignored(second, lines.length), ['-A APPMESH_EGRESS -p tcp -d fd00:ec2::254 -j RETURN'])
    const others = (from: number, to: number) => lines.slice(from + 1, to).filter((line) => !line.includes(' -d '))
    assert.deepEqual(others(0, second), others(second, lines.length))
  })

  const refused: { name: string; given: Env; args?: string[]; expect: RegExp }[] = [
    { name: 'neither user nor group', given: {}, expect: /APPMESH_IGNORE_UID or APPMESH_IGNORE_GID is needed/ },
    { name: 'a user by name', given: { APPMESH_IGNORE_UID: 'envoy' }, expect: /APPMESH_IGNORE_UID: "envoy" is not/ },
    {
      name: 'a port that is none',
      given: { ...ENVOY, APPMESH_APP_PORTS: '80,http' },
      expect: /APP_PORTS: "http" is not/,
    },
    {
      name: 'a port beyond the last',
      given: { ...ENVOY, APPMESH_APP_PORTS: '65536' },
      expect: /"65536" is not a port/,
    },
    { name: 'half a range', given: { ...ENVOY, APPMESH_APP_PORTS: '80:' }, expect: /"" is not a port/ },
    {
      name: 'a switch that is none',
      given: { ...ENVOY, APPMESH_ENABLE_IPV6: 'yes' },
      expect: /APPMESH_ENABLE_IPV6: "yes" is neither 0 nor 1/,
    },
    {
      name: 'a mode that is none',
      given: ENVOY,
      args: ['stop'],
      expect: /unknown mode "stop": start, remove or print/,
    },
  ]
  for (const { name, given, args = ['print'], expect } of refused)
    it(`refuses ${name}`, () =>
      assert.rejects(
        run('sh', [SCRIPT, ...args], { env: { PATH, ...given } }),
        (error: { stderr: string; code: number }) => {
          assert.match(error.stderr, expect)
          return error.code === 1
        },
      ))

  describe('in a network namespace', () => {
    before(async function () {
      const probe = ['-n', 'sh', '-c', 'iptables -t nat -S && ip6tables -t nat -S']
      await run('unshare', probe).catch((error: unknown) =>
        missing(this, 'root, network namespaces and iptables', error),
      )
    })

    /** Runs shell lines in a namespace of their own, where `$S` is the script. */
    async function inNamespace(env: Env, ...lines: string[]): Promise<string> {
      const script = ['set -e', ...lines].join('\n')
      const { stdout } = await run('unshare', ['-n', 'sh', '-c', script], { env: { PATH, S: SCRIPT, ...env } })
      return stdout
    }

    const GIVEN = { ...ENVOY, APPMESH_APP_PORTS: '8080', APPMESH_EGRESS_IGNORED_IP: '169.254.169.254' }
    const RULES = [
      '-A PREROUTING -p tcp -m addrtype ! --src-type LOCAL -j APPMESH_INGRESS',
      '-A OUTPUT -p tcp -m addrtype ! --dst-type LOCAL -j APPMESH_EGRESS',
      UID,
      SSH,
      '-A APPMESH_EGRESS -d 169.254.169.254/32 -p tcp -j RETURN',
      OUT,
      app('8080'),
    ]
    const rulesOf = (text: string) => text.split('\n').filter((line) => line.startsWith('-A'))

    it('puts the rules in place', async () => {
      assert.deepEqual(rulesOf(await inNamespace(GIVEN, '$S', 'iptables -t nat -S')), RULES)
    })

    it('may be run again, also with other values', async () => {
      const again = await inNamespace(GIVEN, '$S', '$S start', 'iptables -t nat -S')
      assert.deepEqual(rulesOf(again), RULES)
      const changed = await inNamespace(GIVEN, '$S', 'APPMESH_APP_PORTS=9090 $S', 'iptables -t nat -S')
      assert.deepEqual(rulesOf(changed), [...RULES.slice(0, -1), app('9090')])
    })

    it('takes everything away, and nothing that is not its own', async () => {
      const own = 'iptables -t nat -A OUTPUT -p tcp --dport 1 -j ACCEPT'
      const text = await inNamespace(
        { ...GIVEN, APPMESH_ENABLE_IPV6: '1' },
        ...[own, '$S', '$S remove', '$S remove', 'iptables -t nat -S', 'ip6tables -t nat -S'],
      )
      assert.deepEqual(rulesOf(text), ['-A OUTPUT -p tcp -m tcp --dport 1 -j ACCEPT'])
      assert.doesNotMatch(text, /APPMESH/)
    })

    it('does nothing when APPMESH_START_ENABLED is 0', async () => {
      const text = await inNamespace({ ...GIVEN, APPMESH_START_ENABLED: '0' }, '$S', 'iptables -t nat -S')
      assert.doesNotMatch(text, /APPMESH/)
    })
  })
})
